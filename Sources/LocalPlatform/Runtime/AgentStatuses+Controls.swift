import Foundation
import PalanaCore

/// What kill switches do to an agent's status.
extension AgentStatuses {
    /// A kill switch holds the agent. Said again it changes nothing.
    func killed(_ agent: Agent, _ order: ControlOrder) async throws(StoreFailure) {
        guard let cause = order.cause, let level = order.effectiveLevel else { return }
        let others = order.count > 1 ? " (and \(order.count - 1) more)" : ""
        try await change(agent) { status in
            status.phase = .killed
            status.conditions.set(
                Condition(
                    .killed, .true, reason: level.conditionReason, message: "\(cause)\(others)",
                    observedGeneration: agent.metadata.generation),
                now: .now())
        }
    }

    /// No kill switch holds the agent any more.
    func released(_ agent: Agent, isRunning: Bool) async throws(StoreFailure) {
        try await change(agent) { status in
            guard status.conditions[.killed]?.status == .true else { return }
            status.conditions.set(
                Condition(
                    .killed, .false, reason: "Released", message: "No kill switch holds it.",
                    observedGeneration: agent.metadata.generation),
                now: .now())
            let hasFailed = status.conditions[.workloadReady]?.reason == "Failed"
            let suspended = agent.spec.suspended == true
            status.phase = isRunning ? .running : suspended ? .suspended : hasFailed ? .failed : .pending
        }
    }

    /// Whether the agent ran when it was killed, or was made since and hasn't begun, so that it is to run now.
    static func ranWhenKilled(_ agent: Agent) -> Bool {
        let workload = agent.status?.conditions?[.workloadReady]
        return workload == nil || workload?.status == .true || workload?.reason == killedWhileRunning
    }

    /// A status whose conditions are there.
    struct Draft {
        var phase: AgentStatus.Phase?
        var conditions: [Condition]
        var lastActivity: Timestamp?
    }

    /// Changes what is stored, unless the agent has gone meanwhile.
    func change(_ agent: Agent, _ body: (inout Draft) -> Void) async throws(StoreFailure) {
        let failure: StoreFailure? = await gate.alone {
            do throws(StoreFailure) {
                try await write(agent, body)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func write(_ agent: Agent, _ body: (inout Draft) -> Void) async throws(StoreFailure) {
        guard case .agent(var stored)? = try await found(ResourceKey(.agent, agent.metadata.name)),
            stored.metadata.uid == agent.metadata.uid
        else { return }
        var draft = Draft(
            phase: stored.status?.phase, conditions: stored.status?.conditions ?? [],
            lastActivity: stored.status?.lastActivity)
        body(&draft)
        var status = stored.status ?? AgentStatus()
        status.namespace = stored.id.rawValue
        (status.phase, status.conditions, status.lastActivity) = (draft.phase, draft.conditions, draft.lastActivity)
        guard status != stored.status else { return }
        stored.status = status
        try await store.putStatus(.agent(stored))
    }

    /// nil when it has gone meanwhile.
    private func found(_ key: ResourceKey) async throws(StoreFailure) -> Resource? {
        do {
            return try await store.get(key)
        } catch .notFound {
            return nil
        } catch {
            throw error
        }
    }
}
