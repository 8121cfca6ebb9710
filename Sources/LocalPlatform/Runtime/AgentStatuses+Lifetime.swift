import PalanaCore

/// Why an agent is suspended. As the reason of its condition `WorkloadReady` it outlives the platform.
enum SuspensionCause: String, Sendable {
    case owner = "Suspended"
    case idle = "Idle"
    case expiry = "Expired"

    var message: String {
        switch self {
        case .owner: "Start it again with palana resume."
        case .idle: "It did nothing; palana run, exec or resume wakes it."
        case .expiry: "Its time is over; give it a longer spec.ttl to start it again."
        }
    }
}

extension Agent {
    /// Suspended because it did nothing, and by nobody since.
    var isIdleSuspended: Bool {
        spec.suspended == true && status?.conditions?[.workloadReady]?.reason == SuspensionCause.idle.rawValue
    }
}

/// What doing nothing and growing old does to an agent's status.
extension AgentStatuses {
    /// Reason of the condition `Idle` from the decision until the agent is suspended.
    static let suspending = "Suspending"
    /// Its reason for an agent that still runs.
    static let warned = "Warned"

    func active(_ agent: Agent, at moment: Timestamp) async throws(StoreFailure) {
        try await change(agent) { $0.lastActivity = moment }
    }

    func idle(_ agent: Agent, _ reason: String, _ message: String) async throws(StoreFailure) {
        try await set(.idle, .true, reason, message, agent)
    }

    func recovered(_ agent: Agent) async throws(StoreFailure) {
        try await set(.idle, .false, "Active", "It did something.", agent)
    }

    func endsSoon(_ agent: Agent, _ message: String) async throws(StoreFailure) {
        try await set(.expired, .false, Self.announced, message, agent)
    }

    func endsLater(_ agent: Agent) async throws(StoreFailure) {
        try await set(.expired, .false, "Recalled", "It has more time than was announced.", agent)
    }

    /// Whether the condition `Expired` says that the agent's end is near or has come.
    static func tellsOfEnd(_ condition: Condition) -> Bool {
        condition.status == .true || condition.reason == announced
    }

    private static let announced = "Announced"

    private func set(
        _ type: ConditionType, _ status: Condition.Status, _ reason: String, _ message: String, _ agent: Agent
    ) async throws(StoreFailure) {
        try await change(agent) { draft in
            draft.conditions.set(
                Condition(
                    type, status, reason: reason, message: message, observedGeneration: agent.metadata.generation),
                now: .now())
        }
    }
}

extension [Condition] {
    /// What a suspension for `cause` says beside that the agent doesn't run.
    mutating func suspend(for cause: SuspensionCause, generation: Int?) {
        let (type, status, reason, message): (ConditionType, Condition.Status, String, String)
        switch cause {
        case .idle: (type, status, reason, message) = (.idle, .true, "Suspended", "It did nothing for too long.")
        case .expiry: (type, status, reason, message) = (.expired, .true, "Ended", "Its spec.ttl has ended.")
        case .owner:
            guard self[.idle]?.status == .true else { return }
            (type, status, reason, message) = (.idle, .false, "Suspended", "Its owner suspended it.")
        }
        set(Condition(type, status, reason: reason, message: message, observedGeneration: generation), now: .now())
    }

    /// It runs again. A warning stays: a start of the platform is no activity.
    mutating func wake(generation: Int?) {
        guard let idle = self[.idle], idle.status == .true, idle.reason != AgentStatuses.warned else { return }
        set(
            Condition(.idle, .false, reason: "Active", message: "It runs again.", observedGeneration: generation),
            now: .now())
    }
}
