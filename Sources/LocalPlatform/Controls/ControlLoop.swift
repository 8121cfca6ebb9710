public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Does to the agents of this machine what is ordered about them, and keeps the record of it.
///
/// ```
/// LocalAgentDirectory.orders() ──▶ ControlStep.between(done, order) ──▶ runtime, operations
///                                                    └──▶ statuses, audit log, KillLedger ──▶ KillSwitch.status
/// ```
/// The network is taken by the directory itself, at once; the loop finds out when nothing is open any more. Agents don't
/// wait for each other: one whose deletion is held up by the vault keeps nobody from being frozen.
public final class ControlLoop: Service {
    /// What the gateway does for it.
    public struct Gateway: Sendable {
        /// Returns when these agents have nothing open any more.
        public var waitUntilCut: @Sendable (Set<AgentID>) async throws -> Void
        /// Drops what is cached of the agent's secrets and of its open requests.
        public var forget: @Sendable (_ id: AgentID, _ owner: String, _ name: String) async -> Void

        public init(
            waitUntilCut: @escaping @Sendable (Set<AgentID>) async throws -> Void,
            forget: @escaping @Sendable (_ id: AgentID, _ owner: String, _ name: String) async -> Void
        ) {
            self.waitUntilCut = waitUntilCut
            self.forget = forget
        }
    }

    private let operations: LocalOperations
    private let gateway: Gateway
    private let interval: Duration
    private let logger: Logger
    private let book = Mutex(ControlBook())
    private let ledger: KillLedger

    /// - Parameter interval: how often it looks without being told: for switches that end, and agents that got loose.
    public init(
        operations: LocalOperations, gateway: Gateway, interval: Duration = .milliseconds(250), logger: Logger
    ) {
        self.operations = operations
        self.gateway = gateway
        self.interval = interval
        self.logger = logger
        ledger = KillLedger(store: operations.parts.store, bell: operations.parts.bell, logger: logger)
    }

    private var parts: LocalOperations.Parts { operations.parts }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.work() }
    }

    private func work() async {
        ledger.load(parts.directory.killSwitches)
        await withDiscardingTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    self.parts.bell.ring()
                    // Cancelled: the loop's condition ends it.
                    try? await Task.sleep(for: self.interval)
                }
            }
            group.addTask { await self.ledger.run() }
            for await _ in parts.bell.rings { round(&group) }
            group.cancelAll()
        }
    }

    /// Looks at all agents once, and has done what is to be done.
    private func round(_ group: inout DiscardingTaskGroup) {
        parts.directory.expire()
        let orders = parts.directory.orders()
        let now = ContinuousClock.now
        let tasks = book.withLock { $0.tasks(for: orders, at: now) }
        let cut = tasks.filter { $0.steps.contains(.cut) }
        let isCut = Outcome<ContinuousClock.Instant?>()
        if !cut.isEmpty {
            group.addTask { await self.cut(cut.map(\.agent), isCut) }
        }
        ledger.expect(tasks, of: parts.directory.killSwitches, among: orders.map(\.agent))
        for task in tasks { group.addTask { await self.carryOut(task, isCut) } }
    }

    /// Also forgets what is kept of the agents: their listeners are gone, so nothing asks for it any more.
    private func cut(_ agents: [Agent], _ isCut: Outcome<ContinuousClock.Instant?>) async {
        await forget(agents)
        do {
            try await gateway.waitUntilCut(Set(agents.map(\.id)))
            isCut.set(.now)
        } catch {
            logger.warning("kill.cut-unknown", metadata: ["agents": "\(agents.count)", "reason": "\(error)"])
            isCut.set(nil)
        }
        // What was being read in that moment.
        await forget(agents)
    }

    private func forget(_ agents: [Agent]) async {
        for agent in agents {
            await gateway.forget(agent.id, agent.spec.owner ?? operations.user, agent.metadata.name)
        }
    }

    private func carryOut(_ task: ControlTask, _ isCut: Outcome<ContinuousClock.Instant?>) async {
        do {
            for step in task.steps { try await carryOut(step, task) }
            var done = ContinuousClock.now
            if task.steps.contains(.cut) {
                guard let cut = await isCut.valueIgnoringCancellation() else {
                    throw RuntimeFailure.unavailable("Envoy doesn't say whether all of its connections are closed")
                }
                done = max(done, cut)
            }
            try await conclude(task, done)
        } catch {
            let retry = book.withLock { $0.fail(task, at: .now) }
            logger.error(
                "kill.not-done",
                metadata: ["agent": "\(task.agent.id)", "again": "\(retry)", "reason": "\(error)"])
        }
        parts.bell.ring()
    }

    private func carryOut(_ step: ControlStep, _ task: ControlTask) async throws {
        let (id, name) = (task.agent.id, task.agent.metadata.name)
        switch step {
        case .cut, .open: break  // done by the directory
        case .freeze: try await parts.runtime.freeze(id)
        case .thaw: try await parts.runtime.thaw(id)
        case .kill: try await parts.runtime.kill(id)
        case .delete: try await operations.terminate(name)
        case .start:
            // It is free, and what keeps it from starting is told like any other failed start.
            do {
                try await operations.startReleased(name)
            } catch {
                logger.error("agent.not-started", metadata: ["agent": "\(name)", "reason": "\(error)"])
                await parts.statuses.notStarted(id, "\(error)")
            }
        }
    }

    /// Everything was done at `done`: what the switches tell of it, the agent's status, and the record.
    private func conclude(_ task: ControlTask, _ done: ContinuousClock.Instant) async throws {
        ledger.reach(task, of: parts.directory.killSwitches, at: done)
        if task.order.isKilled {
            try await parts.statuses.killed(task.agent, task.order)
        } else {
            try await parts.statuses.released(task.agent, isRunning: await operations.isRunning(task.agent))
        }
        book.withLock { $0.finish(task) }
        if task.isNews, !task.steps.isEmpty { await record(task, done) }
    }

    private func record(_ task: ControlTask, _ done: ContinuousClock.Instant) async {
        var event = AuditEvent(
            kind: .lifecycle, action: task.order.isKilled ? "killed" : "released", outcome: .succeeded)
        event.agent = task.agent.id
        event.agentName = task.agent.metadata.name
        event.owner = task.agent.spec.owner
        if let cause = task.order.cause {
            event.resource = ResourceKey(.killSwitch, cause.name).description
            event.reason = cause.reason
            event.detail = "\(task.order.effectiveLevel ?? cause.level)"
            event.duration = parts.bell.acceptance(of: cause.name).map { ($0.duration(to: done)) / .milliseconds(1) }
        }
        do {
            try await parts.audit.record(event)
        } catch {
            logger.error("audit.failed", metadata: ["event": "\(event.action)", "reason": "\(error.reason)"])
        }
    }
}
