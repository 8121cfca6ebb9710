public import PalanaCore
import Synchronization

/// What the gateway knows of the agents, built from the store: agents with their templates, defaults and placeholders.
/// Read synchronously on every request, replaced as a whole by `refresh()`; kill switches come and go by themselves, at
/// once, since they must not wait for a disk.
public final class LocalAgentDirectory: AgentDirectory {
    private struct State {
        var view = View()
        var kills = LocalKills()
        var watchers: [AsyncStream<Set<AgentID>>.Continuation] = []
        var lastTicket = 0
        var shownTicket = 0
    }

    /// What is known, and by name what each agent's snapshot was made from.
    private struct View {
        var agents: [AgentID: AgentSnapshot] = [:]
        /// As they are stored: what kill switches look at.
        var objects: [AgentID: Agent] = [:]
        var canaries: [AgentID: Set<String>] = [:]
        var lifetimes: [AgentID: Lifetime] = [:]
        var origins: [String: (id: AgentID, origin: Origin)] = [:]
        var holders: [String: (agent: AgentID, secret: String)] = [:]
    }

    /// The versions of an agent and its template as the store counts them.
    private struct Origin: Hashable {
        private let versions: [String]

        /// Nil where the store counts none.
        init?(_ objects: [ObjectMeta]) {
            versions = objects.flatMap { [$0.uid, $0.resourceVersion].compactMap(\.self) }
            guard versions.count == 2 * objects.count else { return nil }
        }
    }

    private let store: any AgentStore
    private let placeholders: StoredPlaceholders
    private let state = Mutex(State())
    private let now: @Sendable () -> Timestamp

    /// Empty until the first `refresh()`: every agent is unknown, so everything is refused.
    ///
    /// - Parameter now: the wall clock, by which kill switches end.
    public init(
        store: any AgentStore, placeholders: StoredPlaceholders,
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        self.store = store
        self.placeholders = placeholders
        self.now = now
    }

    /// Reads the store anew. When it returns, every write that came before it is in force. An agent whose template has
    /// gone keeps only what it says itself, which is never more. Only what changed since is made anew, so that the
    /// thousandth agent is not a thousand times the work.
    public func refresh() async throws(StoreFailure) {
        let (ticket, old) = state.withLock { state in
            state.lastTicket += 1
            return (state.lastTicket, state.view)
        }
        var new = View()
        let templates = try await templates()
        for case .agent(let agent) in try await store.list(.agent) {
            let template = agent.spec.template.flatMap { templates[$0] }
            let origin = Origin([agent.metadata] + (template.map { [$0.metadata] } ?? []))
            let name = agent.metadata.name
            new.objects[agent.id] = agent
            if let origin, let known = old.origins[name], known.origin == origin {
                new.agents[known.id] = old.agents[known.id]
                new.canaries[known.id] = old.canaries[known.id]
                new.lifetimes[known.id] = old.lifetimes[known.id]
                new.origins[name] = known
                continue
            }
            new.agents[agent.id] = try await snapshot(of: agent, template)
            let effective = agent.effective(with: template)
            let lures = (effective.spec.secrets ?? []).filter { $0.canary == true }
            new.canaries[agent.id] = Set(lures.map(\.name))
            new.lifetimes[agent.id] = Lifetime(effective)
            new.origins[name] = origin.map { (agent.id, $0) }
        }
        // Only at the start nothing else can be making placeholders; until then those of deleted agents do no harm.
        if ticket == 1 {
            try await placeholders.keep(only: Set(new.agents.keys))
            try await takeStoredKills()
        }
        new.holders = await placeholders.holders().filter { new.agents[$0.value.agent] != nil }
        show(new, ticket: ticket)
    }

    public func agent(_ id: AgentID) -> AgentSnapshot? {
        state.withLock { state in
            guard var agent = state.view.agents[id] else { return nil }
            agent.standing = state.kills.orders[id]?.standing ?? agent.standing
            return agent
        }
    }

    /// An agent's socket is in its own sandbox and nowhere else.
    public func sources(of id: AgentID) -> AgentSources { .listenerAlone }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        state.withLock { $0.view.holders[value] }
    }

    /// Whether this secret of the agent is a lure.
    public func isCanary(_ secret: String, of id: AgentID) -> Bool {
        state.withLock { $0.view.canaries[id]?.contains(secret) ?? false }
    }

    private func snapshot(of agent: Agent, _ template: AgentTemplate?) async throws(StoreFailure) -> AgentSnapshot {
        let effective = agent.effective(with: template)
        return AgentSnapshot(effective, placeholders: try await placeholders.placeholders(for: effective))
    }

    // MARK: - Kill switches

    /// What is ordered about an agent; free when there is none of that id.
    public func order(of id: AgentID) -> ControlOrder {
        state.withLock { $0.kills.orders[id] } ?? .free(.machine)
    }

    /// All agents as they are stored, with what is ordered about them.
    public func orders() -> [(agent: Agent, order: ControlOrder)] {
        state.withLock { state in
            state.view.objects.compactMap { id, agent in state.kills.orders[id].map { (agent, $0) } }
        }
    }

    /// All agents as they are stored, with how long they may go on.
    func lifetimes() -> [(agent: Agent, lifetime: Lifetime, isKilled: Bool)] {
        state.withLock { state in
            state.view.objects.compactMap { id, agent in
                state.view.lifetimes[id].map { (agent, $0, state.kills.orders[id]?.isKilled ?? false) }
            }
        }
    }

    /// All switches in force here, also one that couldn't be stored.
    public var killSwitches: [KillSwitch] {
        state.withLock { Array($0.kills.switches.values) }.sorted { $0.metadata.name < $1.metadata.name }
    }

    /// Puts a switch in force, in place of the one of its name. When this returns, every decision is made by it.
    public func enforce(_ kill: KillSwitch) { change { $0.kills.switches[kill.metadata.name] = kill } }

    /// Takes a switch out of force.
    public func release(_ name: String) { change { $0.kills.switches[name] = nil } }

    /// Lets switches end whose time is up.
    public func expire() { change { _ in } }

    /// The switches that were in force when the platform ended. Later ones are told by `enforce`.
    private func takeStoredKills() async throws(StoreFailure) {
        let stored = try await store.list(.killSwitch)
        state.withLock { state in
            for case .killSwitch(let kill) in stored where state.kills.switches[kill.metadata.name] == nil {
                state.kills.switches[kill.metadata.name] = kill
            }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let now = now()
        state.withLock { state in
            body(&state)
            Self.decide(&state, at: now)
        }
    }

    /// Decides anew about all agents, and tells who watches when the standing of any has changed.
    private static func decide(_ state: inout State, at now: Timestamp) {
        let before = state.kills.orders.mapValues(\.standing)
        state.kills.decide(about: state.view.objects, at: now)
        guard state.kills.orders.mapValues(\.standing) != before else { return }
        let ids = Set(state.view.agents.keys)
        state.watchers.removeAll { watcher in
            if case .terminated = watcher.yield(ids) { return true }
            return false
        }
    }

    /// A reader that is slow sees only the latest set.
    public func changes() -> AsyncStream<Set<AgentID>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<AgentID>.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(Set(state.view.agents.keys))
            state.watchers.append(continuation)
        }
        return stream
    }

    /// Ends all streams of `changes()`.
    public func close() {
        let watchers = state.withLock { state in
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.finish() }
    }

    private func templates() async throws(StoreFailure) -> [String: AgentTemplate] {
        var templates: [String: AgentTemplate] = [:]
        for case .agentTemplate(let template) in try await store.list(.agentTemplate) {
            templates[template.metadata.name] = template
        }
        return templates
    }

    /// Of refreshes that overlap only the one that began last counts: it has seen everything that the others have.
    private func show(_ view: View, ticket: Int) {
        let now = now()
        state.withLock { state in
            guard ticket > state.shownTicket else { return }
            (state.view, state.shownTicket) = (view, ticket)
            Self.decide(&state, at: now)
        }
    }
}
