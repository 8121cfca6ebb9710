import KubernetesClient
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// The cluster's agents as the gateway asks for them: an index behind a lock, which informers feed and requests read.
///
/// As a `Service` it lets kill switches end when their time is up.
public final class ClusterAgentDirectory: AgentDirectory, AgentZones, Service {
    /// What the listeners and the DNS servers depend on.
    fileprivate struct Shape: Hashable {
        var standing: AgentSnapshot.Standing
        var port: UInt16?
        var dnsPort: UInt16?
    }

    fileprivate struct State {
        var index: ClusterIndex
        /// Kill switches that ended until then have been looked at.
        var checked: Timestamp
        var shapes: [AgentID: Shape] = [:]
        var watchers: [AsyncStream<Set<AgentID>>.Continuation] = []
        var policyWatchers: [AsyncStream<[EgressPolicy]>.Continuation] = []
        var killWatchers: [AsyncStream<Void>.Continuation] = []
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> Timestamp

    /// - Parameter now: the wall clock, by which kill switches end.
    public init(
        configuration: ClusterIndexConfiguration = ClusterIndexConfiguration(),
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        state = Mutex(State(index: ClusterIndex(configuration: configuration), checked: now()))
        self.now = now
    }

    public var isSynced: Bool { state.withLock { $0.index.isSynced } }

    /// The kinds of objects that haven't been seen yet.
    public var missing: [ClusterInput] { state.withLock { $0.index.missing } }

    /// What an operator of the platform should know, one sentence each. Empty when all is well.
    public var problems: [String] { state.withLock { $0.index.problems } }

    /// Takes one change; when this returns, every decision is made by it.
    public func apply(_ change: ClusterChange) {
        let now = now()
        state.withLock { state in
            let touched = state.index.apply(change, at: now)
            state.tellShapes(of: touched)
            switch change {
            case .policy, .gone(.policies, _), .unreadable(.policies, _, _): state.tellPolicies()
            case .agent, .gone(.agents, _), .killSwitch, .gone(.killSwitches, _): state.tellKills()
            case .synced:
                state.tellPolicies()
                state.tellKills()
            default: break
            }
        }
    }

    public func agent(_ id: AgentID) -> AgentSnapshot? { state.withLock { $0.index.agent(id) } }

    public func sources(of id: AgentID) -> AgentSources { state.withLock { $0.index.sources(of: id) } }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        state.withLock { $0.index.holder(ofPlaceholder: value) }
    }

    /// Whether this secret of the agent is a lure.
    public func isCanary(_ secret: String, of id: AgentID) -> Bool {
        state.withLock { $0.index.isCanary(secret, of: id) }
    }

    /// The port of the gateway that is this agent's alone; nil while it has none.
    public func egressPort(of id: AgentID) -> UInt16? { state.withLock { $0.index.egressPort(of: id) } }

    public func zone(of id: AgentID) -> AgentZone? { state.withLock { $0.index.zone(of: id) } }

    /// A reader that is slow sees only the latest set.
    public func changes() -> AsyncStream<Set<AgentID>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<AgentID>.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(state.index.agentIDs)
            state.watchers.append(continuation)
        }
        return stream
    }

    /// All policies once all kinds have been seen, and again after each change; none while one of them can't be read. A
    /// reader that is slow sees only the latest.
    public func policyChanges() -> AsyncStream<[EgressPolicy]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [EgressPolicy].self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            if state.index.isSynced, let policies = state.index.policies { continuation.yield(policies) }
            state.policyWatchers.append(continuation)
        }
        return stream
    }

    /// Whom each kill switch in force holds.
    public func held() -> [HeldAgents] {
        let now = now()
        return state.withLock { $0.index.held(at: now) }
    }

    /// Says when `held` may have another answer. Holds one ring at most.
    public func killChanges() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield()
            state.killWatchers.append(continuation)
        }
        return stream
    }

    /// Lets kill switches end, until shutdown. Nobody waits for that to the millisecond.
    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                self.expire()
                do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            }
        }
    }

    private func expire() {
        let now = now()
        state.withLock { state in
            defer { state.checked = now }
            guard let next = state.index.nextExpiry(after: state.checked), next <= now else { return }
            state.tellShapes(of: state.index.decideKills(at: now))
            state.tellKills()
        }
    }
}

extension ClusterAgentDirectory.State {
    /// Tells those who watch when what they depend on has changed for one of these agents.
    fileprivate mutating func tellShapes(of touched: Set<AgentID>) {
        guard index.isSynced else { return }
        var isChanged = false
        for id in touched {
            let fresh = shape(of: id)
            guard fresh != shapes[id] else { continue }
            shapes[id] = fresh
            isChanged = true
        }
        guard isChanged else { return }
        let ids = index.agentIDs
        watchers.removeAll { watcher in
            if case .terminated = watcher.yield(ids) { return true }
            return false
        }
    }

    private func shape(of id: AgentID) -> ClusterAgentDirectory.Shape? {
        index.agent(id).map {
            .init(standing: $0.standing, port: index.egressPort(of: id), dnsPort: index.dnsPort(of: id))
        }
    }

    fileprivate mutating func tellKills() {
        killWatchers.removeAll { watcher in
            if case .terminated = watcher.yield() { return true }
            return false
        }
    }

    fileprivate mutating func tellPolicies() {
        guard index.isSynced, let policies = index.policies else { return }
        policyWatchers.removeAll { watcher in
            if case .terminated = watcher.yield(policies) { return true }
            return false
        }
    }
}
