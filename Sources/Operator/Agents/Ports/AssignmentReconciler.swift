import ControllerRuntime
import Foundation
import KubernetesClient
import PalanaCore
import Synchronization

/// Why an agent has no port yet, for its conditions.
final class AssignmentStanding: Sendable {
    private struct State {
        var waiting: Set<String> = []
        var problem: String?
        /// When it was last written what is given to whom.
        var written: Duration?
    }

    private let range: ClosedRange<Int>
    private let state = Mutex(State())

    init(range: ClosedRange<Int>) {
        self.range = range
    }

    /// - Parameter problem: why nothing can be given away at the moment.
    /// - Returns: whether anything is another one than before.
    func set(waiting: Set<String>, problem: String? = nil) -> Bool {
        state.withLock { state in
            defer { (state.waiting, state.problem) = (waiting, problem) }
            return state.waiting != waiting || state.problem != problem
        }
    }

    func wrote(at now: Duration) { state.withLock { $0.written = now } }

    /// How long to wait so that writes are `rest` apart; nil when it is time.
    func pause(at now: Duration, rest: Duration) -> Duration? {
        guard let written = state.withLock({ $0.written }), now < written + rest else { return nil }
        return written + rest - now
    }

    /// Nil while it will get one in a moment.
    func trouble(of agent: Agent) -> Trouble? {
        let (isWaiting, problem) = state.withLock { state in
            (state.waiting.contains(agent.metadata.uid ?? ""), state.problem)
        }
        if let problem {
            return Trouble("PortPending", "no port can be given: \(problem)", retry: .after(.seconds(10)))
        }
        guard isWaiting else { return nil }
        return Trouble(
            "PortsExhausted",
            "all ports from \(range.lowerBound) to \(range.upperBound) are taken or rest after their agents; widen the "
                + "operator's and the gateway's --egress-ports, or delete agents")
    }
}

/// Gives each Agent its port and its placeholders. All agents are decided about together, and the ledger is written first.
struct AssignmentReconciler: Sendable {
    /// Statuses that are written at a time.
    private static let width = 8
    /// Between two writes of the ledger: of many new agents, those of a second get their ports together.
    private static let rest = Duration.seconds(1)

    let client: KubernetesClient
    let view: ClusterView
    let standing: AssignmentStanding
    let clock: KubernetesClock
    /// Has agents looked at whose standing is another one now.
    let tell: @Sendable (ObjectKey) -> Void

    private var configuration: OperatorConfiguration { view.configuration }
    private var ledgerKey: ObjectKey { ObjectKey(PortLedger.name, in: configuration.namespace) }

    func reconcile() async throws -> ReconcileOutcome {
        if let pause = standing.pause(at: clock.now(), rest: Self.rest) { return .requeue(after: pause) }
        let agents = view.agents.objects.filter { $0.metadata.uid != nil && $0.hasOurFinalizer && $0.isInPlace }
        let map = view.platformMaps.object(ledgerKey)
        let before = PortLedger(map)
        let allocation = PortAllocation(
            before, for: agents.map(Self.claimant), range: configuration.egressPorts, rest: configuration.portRest,
            now: Timestamp(clock.date()))
        do throws(KubernetesFailure) {
            if allocation.ledger != before {
                try await write(allocation.ledger, over: map)
                standing.wrote(at: clock.now())
            }
        } catch {
            note(agents, allocation.waiting, problem: error.isTransient ? nil : error.message)
            throw error
        }
        note(agents, allocation.waiting)
        try await assign(allocation, to: agents.filter { !$0.isTerminating && !$0.isPaused })
        guard !allocation.waiting.isEmpty else { return .done }
        return .requeue(after: min(allocation.nextFree ?? .seconds(60), .seconds(60)))
    }

    private static func claimant(_ agent: Agent) -> PortAllocation.Claimant {
        PortAllocation.Claimant(
            uid: agent.metadata.uid ?? "", created: agent.metadata.creationTimestamp, port: agent.status?.egressPort,
            isAsking: !agent.isTerminating && !agent.isPaused)
    }

    private func note(_ agents: [Agent], _ waiting: Set<String>, problem: String? = nil) {
        guard standing.set(waiting: waiting, problem: problem) else { return }
        for agent in agents where agent.status?.egressPort == nil { tell(agent.key) }
    }

    private func write(_ ledger: PortLedger, over map: ConfigMap?) async throws(KubernetesFailure) {
        let data: [String: String]
        do {
            data = try ledger.data()
        } catch {
            throw KubernetesFailure(.malformed, "the ledger of ports can't be written")
        }
        guard let map else {
            let metadata = ObjectMeta(
                name: ledgerKey.name, namespace: ledgerKey.namespace,
                labels: [AgentObjectNames.managedByLabel: OwnerMark.manager])
            view.platformMaps.wrote(try await client.create(ConfigMap(metadata: metadata, data: data)))
            return
        }
        var body: JSONValue = ["data": try JSONValue(of: data)]
        body["metadata"] = map.metadata.resourceVersion.map { ["resourceVersion": .string($0)] }
        view.platformMaps.wrote(
            try await client.patch(ConfigMap.self, ledgerKey.name, in: ledgerKey.namespace, body))
    }

    /// A status that somebody else wrote meanwhile is left for the next time, which its change brings.
    private func assign(_ allocation: PortAllocation, to agents: [Agent]) async throws {
        let due = agents.compactMap { agent in
            let fields = fields(agent, port: allocation.ports[agent.metadata.uid ?? ""])
            return fields.map { (agent, $0) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, (agent, fields)) in due.enumerated() {
                if index >= Self.width { try await group.next() }
                group.addTask {
                    do throws(KubernetesFailure) {
                        try await view.agents.patchStatus(agent, fields, client)
                    } catch {
                        guard [.conflict, .notFound].contains(error.reason) else { throw error }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// What is new in the agent's status; nil when nothing is.
    private func fields(_ agent: Agent, port: Int?) -> JSONValue? {
        var fields: JSONValue = [:]
        if let port, agent.status?.egressPort != port { fields["egressPort"] = .integer(port) }
        let template = view.template(of: agent)
        // A template that is away takes nobody's placeholders along.
        if agent.spec.template == nil || template != nil {
            let known = agent.status?.placeholders ?? []
            let wanted = AgentPlaceholders.wanted(agent.effective(with: template))
            if let wanted, wanted != known, let value = try? JSONValue(of: wanted) { fields["placeholders"] = value }
        }
        return fields == [:] ? nil : fields
    }
}

extension Agent {
    var hasOurFinalizer: Bool { metadata.finalizers?.contains(OperatorConfiguration.finalizer) ?? false }
}
