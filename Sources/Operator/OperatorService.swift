public import ControllerRuntime
public import KubernetesClient
public import Logging
import PalanaCore
public import ServiceLifecycle

/// The reconcilers of one operator: which queue is whose, and in which order they begin. Only the leader runs it.
public struct OperatorService: Service {
    private let view: ClusterView
    private let queues = OperatorQueues()
    private let controllers: [any Service]

    /// - Parameters:
    ///   - view: runs by itself, in every replica.
    ///   - events: runs by itself, too.
    ///   - unenforced: why the cluster doesn't enforce NetworkPolicies, as far as somebody found out.
    public init(
        client: KubernetesClient, view: ClusterView, events: EventRecorder, secrets: any SecretRemoval,
        unenforced: @escaping @Sendable () -> String? = { nil }, clock: KubernetesClock = .continuous,
        logger: Logger = Logger(label: "operator")
    ) {
        self.view = view
        let standing = AssignmentStanding(range: view.configuration.egressPorts)
        let reporter = AgentReporter(client: client, agents: view.agents, events: events, clock: clock)
        let tenants = TenantReconciler(client: client, view: view, events: events, clock: clock)
        let removal = AgentRemoval(client: client, view: view, reporter: reporter, secrets: secrets)
        let agents = AgentReconciler(
            client: client, view: view, assignments: standing, reporter: reporter, removal: removal,
            unenforced: unenforced, now: { Timestamp(clock.date()) })
        let strays = StrayReconciler(client: client, view: view, events: events, removal: removal)
        let queues = queues
        let assignments = AssignmentReconciler(
            client: client, view: view, standing: standing, clock: clock, tell: { queues.agents.add($0) })
        let prepare: @Sendable () async -> Void = { await view.waitUntilSynced() }
        let kills = KillReconciler(client: client, view: view, clock: clock)
        controllers = [
            Controller(
                ControllerConfiguration(name: "kills", workers: 2), queue: queues.kills, prepare: prepare, clock: clock,
                logger: logger, reconcile: kills.reconcile),
            Controller(
                ControllerConfiguration(name: "tenants", workers: 2), queue: queues.tenants,
                isPaused: { view.tenants.object($0)?.isPaused ?? false }, prepare: prepare, clock: clock,
                logger: logger,
                reconcile: tenants.reconcile),
            Controller(
                ControllerConfiguration(name: "agents", workers: view.configuration.workers), queue: queues.agents,
                // No owner's annotation keeps a kill from an agent.
                isPaused: { key in
                    guard let agent = view.agents.object(key), agent.isPaused else { return false }
                    return !view.order(of: agent, at: Timestamp(clock.date())).isKilled
                }, prepare: prepare, clock: clock, logger: logger,
                reconcile: agents.reconcile),
            Controller(
                // Alone: two that decide at once would only get into each other's way.
                ControllerConfiguration(name: "assignments", workers: 1), queue: queues.assignments, prepare: prepare,
                clock: clock, logger: logger, reconcile: { _ in try await assignments.reconcile() }),
            Controller(
                ControllerConfiguration(name: "strays", workers: 1), queue: queues.strays, prepare: prepare,
                clock: clock,
                logger: logger, reconcile: strays.reconcile),
        ]
    }

    /// Whether nothing is to be done at the moment.
    public var isIdle: Bool {
        queues.tenants.isIdle && queues.agents.isIdle && queues.assignments.isIdle && queues.kills.isIdle
            && queues.strays.isIdle
    }

    /// Works until the task is cancelled or the service is to end.
    public func run() async throws {
        view.feed(queues)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for controller in controllers { group.addTask { try await controller.run() } }
            try await group.waitForAll()
        }
    }
}
