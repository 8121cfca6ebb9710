import KubernetesClient
import PalanaCore

/// What one reconcile found, step by step; the one place where an Agent's conditions and phase are decided.
struct AgentReport: Sendable {
    /// In the order of the steps.
    static let steps: [ConditionType] = [.namespaceReady, .policyReady, .secretsReady, .workloadReady]

    private var reached: [(step: ConditionType, trouble: Trouble?)] = []
    /// Set while the Agent is being deleted: what is waited for.
    var ending: Trouble?
    /// What kill switches order about it.
    var order = ControlOrder.free(.cluster)

    mutating func add(_ step: ConditionType, _ trouble: Trouble? = nil) { reached.append((step, trouble)) }

    /// The first that isn't well.
    var trouble: Trouble? { ending ?? reached.compactMap(\.trouble).first }

    /// The status as it is to be.
    func status(of agent: Agent, now: Timestamp) -> AgentStatus {
        var status = agent.status ?? AgentStatus()
        var conditions = status.conditions ?? []
        for condition in self.conditions(agent.metadata.generation) { conditions.set(condition, now: now) }
        if let killed = killed(conditions[.killed], agent.metadata.generation) { conditions.set(killed, now: now) }
        status.conditions = conditions
        status.phase = phase(agent, conditions)
        if reached.first?.trouble == nil, !reached.isEmpty { status.namespace = agent.id.rawValue }
        return status
    }

    private func conditions(_ generation: Int?) -> [Condition] {
        func condition(_ type: ConditionType, _ status: Condition.Status, _ reason: String, _ message: String)
            -> Condition
        {
            Condition(type, status, reason: reason, message: message, observedGeneration: generation)
        }
        if let ending {
            return [condition(.ready, .false, ending.reason, ending.message)]
        }
        var result: [Condition] = []
        for step in Self.steps {
            guard let found = reached.first(where: { $0.step == step }) else {
                let before = reached.last?.step.rawValue ?? ""
                result.append(condition(step, .unknown, "Waiting", "waits for \(before)"))
                continue
            }
            if let trouble = found.trouble {
                result.append(condition(step, .false, trouble.reason, trouble.message))
            } else {
                result.append(condition(step, .true, Self.reason(step), Self.message(step)))
            }
        }
        let first = result.first { $0.status != .true }
        result.append(
            first.map { condition(.ready, .false, $0.reason, $0.message) }
                ?? condition(.ready, .true, "Running", "all is as it should be"))
        return result
    }

    /// nil for one that never was.
    private func killed(_ before: Condition?, _ generation: Int?) -> Condition? {
        guard let cause = order.cause, let level = order.effectiveLevel else {
            return before.map { _ in
                Condition(
                    .killed, .false, reason: "Released", message: "no kill switch holds it",
                    observedGeneration: generation)
            }
        }
        let others = order.count > 1 ? " (and \(order.count - 1) more)" : ""
        return Condition(
            .killed, .true, reason: level.conditionReason, message: "\(cause)\(others)",
            observedGeneration: generation)
    }

    private static func reason(_ step: ConditionType) -> String {
        switch step {
        case .namespaceReady: "Made"
        case .policyReady: "Applied"
        case .secretsReady: "Drawn"
        default: "Running"
        }
    }

    private static func message(_ step: ConditionType) -> String {
        switch step {
        case .namespaceReady: "the namespace and what is in it are there"
        case .policyReady: "the gateway is the only way out"
        case .secretsReady: "each secret has its placeholder"
        default: "the agent runs"
        }
    }

    private func phase(_ agent: Agent, _ conditions: [Condition]) -> AgentStatus.Phase {
        if agent.isTerminating { return .terminating }
        if conditions[.killed]?.status == .true { return .killed }
        guard let trouble = reached.last?.trouble ?? trouble else { return .running }
        switch trouble.reason {
        case "Suspended", "Suspending": return .suspended
        case _ where trouble.isProgress: return .pending
        case "Crashing", "ImageUnavailable", "PodFailed", "NameTaken", "WrongNamespace", "OwnerMissing": return .failed
        default: return .pending
        }
    }

    /// What takes its time without anything being wrong. Nobody is told; the conditions say it.
    private static let passing: Set = ["Starting", "Suspending", "PortPending", "QuotaPending", "PlaceholderPending"]
    /// Ends that were asked for.
    private static let wanted: Set = ["Suspended", "Terminating"]

    /// What people should hear about: conditions that turned. A step that went well is news only when it hadn't before, or
    /// when it is the last one: an Event for each step of each agent would be most of what the operator writes.
    static func news(from old: AgentStatus?, to new: AgentStatus) -> [(kind: EventNews, condition: Condition)] {
        (new.conditions ?? []).compactMap { condition in
            let before = old?.conditions?.first { $0.type == condition.type }
            guard before?.status != condition.status || before?.reason != condition.reason,
                condition.status != .unknown, !passing.contains(condition.reason),
                condition.type != ConditionType.ready.rawValue || new.phase == .terminating
            else { return nil }
            if condition.type == ConditionType.killed.rawValue {
                return (condition.status == .true ? .bad : .good, condition)
            }
            if wanted.contains(condition.reason) { return (.good, condition) }
            guard condition.status == .true else { return (.bad, condition) }
            let wasWrong = before.map { $0.status == .false && !passing.contains($0.reason) } ?? false
            guard wasWrong || condition.type == ConditionType.workloadReady.rawValue else { return nil }
            return (.good, condition)
        }
    }

    enum EventNews: Sendable {
        case good
        case bad
    }
}
