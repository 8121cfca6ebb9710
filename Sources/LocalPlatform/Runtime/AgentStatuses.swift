import Foundation
public import Logging
public import PalanaCore

/// Writes what happens to agents into their status and the audit log.
public struct AgentStatuses: Sendable {
    let store: any AgentStore
    private let audit: any AuditSink
    private let logger: Logger
    /// Each write goes by what the last one left.
    let gate = SerialGate()

    public init(store: any AgentStore, audit: any AuditSink, logger: Logger) {
        self.store = store
        self.audit = audit
        self.logger = logger
    }

    public func started(_ id: AgentID) async {
        await update(id, .running, ready: .true, "Started", "The agent's command runs.") { $0.wake(generation: $1) }
    }

    func suspended(_ id: AgentID, for cause: SuspensionCause = .owner) async {
        await update(id, .suspended, ready: .false, cause.rawValue, cause.message) {
            $0.suspend(for: cause, generation: $1)
        }
    }

    /// An agent that was suspended no longer is, and has nothing to run by itself.
    public func resumed(_ id: AgentID) async {
        await update(id, .pending, ready: .false, "Resumed", "Start it with palana run.") { $0.wake(generation: $1) }
    }

    /// An agent that ran before can't be started with the platform.
    public func notStarted(_ id: AgentID, _ reason: String) async {
        await update(id, .failed, ready: .false, "NotStarted", reason)
    }

    /// An agent's sandbox ended: by itself, by a limit, or because it was stopped.
    public func ended(_ end: AgentEnd) async {
        let code = end.exit.status.code
        let what = end.exit.reason.map { "Ended: \($0)." } ?? "The command ended with exit code \(code)."
        if end.isShutdown {
            // The phase stays Running: the next start of the platform reads it.
        } else if end.wasKilled {
            await update(end.agent, .killed, ready: .false, Self.killedWhileRunning, "A kill switch ended it.")
        } else if !end.wasStopped {
            let phase: AgentStatus.Phase = code == 0 && end.exit.reason == nil ? .pending : .failed
            await update(end.agent, phase, ready: .false, phase == .failed ? "Failed" : "Completed", what)
        } else {
            await update(end.agent, .pending, ready: .false, "Stopped", "The agent was stopped.")
        }
        var event = AuditEvent(
            kind: .lifecycle, action: "ended", outcome: end.wasStopped || code == 0 ? .succeeded : .failed)
        event.agent = end.agent
        event.agentName = end.name
        event.detail = what
        do {
            try await audit.record(event)
        } catch {
            logger.error(
                "audit.failed", metadata: ["event": "ended", "agent": "\(end.agent)", "reason": "\(error.reason)"])
        }
    }

    /// Why the workload isn't ready where a kill switch ended it: it starts again when it is released.
    static let killedWhileRunning = "KilledWhileRunning"

    /// - Parameter others: changes further conditions, given the object's generation.
    private func update(
        _ id: AgentID, _ phase: AgentStatus.Phase, ready: Condition.Status, _ reason: String, _ message: String,
        others: (inout [Condition], Int?) -> Void = { _, _ in }
    ) async {
        await gate.alone { await write(id, phase, ready: ready, reason, message, others: others) }
    }

    private func write(
        _ id: AgentID, _ phase: AgentStatus.Phase, ready: Condition.Status, _ reason: String, _ message: String,
        others: (inout [Condition], Int?) -> Void
    ) async {
        do {
            for case .agent(var agent) in try await store.list(.agent) where agent.id == id {
                var status = agent.status ?? AgentStatus()
                status.phase = phase
                status.namespace = id.rawValue
                var conditions = status.conditions ?? []
                if conditions[.killed]?.status == .true { status.phase = .killed }
                conditions.set(
                    Condition(
                        type: "WorkloadReady", status: ready, reason: reason, message: message,
                        observedGeneration: agent.metadata.generation),
                    now: Timestamp(Date()))
                others(&conditions, agent.metadata.generation)
                status.conditions = conditions
                agent.status = status
                try await store.putStatus(.agent(agent))
            }
        } catch {
            logger.error("status.not-written", metadata: ["agent": "\(id)", "reason": "\(error)"])
        }
    }
}
