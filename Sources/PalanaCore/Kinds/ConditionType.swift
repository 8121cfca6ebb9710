/// The types of conditions that the platform writes. `Condition.type` stays text, so that an object with one of another
/// release can still be read.
public enum ConditionType: String, Sendable, CaseIterable {
    /// All of the others that the kind has are true.
    case ready = "Ready"
    case namespaceReady = "NamespaceReady"
    /// The agent's way out is the only one, and enforced.
    case policyReady = "PolicyReady"
    case secretsReady = "SecretsReady"
    case workloadReady = "WorkloadReady"
    case killed = "Killed"
    /// It does nothing: it was warned, or suspended for it.
    case idle = "Idle"
    /// Its `spec.ttl` has ended.
    case expired = "Expired"
}

extension Condition {
    /// - Parameter observedGeneration: the `metadata.generation` that was looked at.
    public init(
        _ type: ConditionType, _ status: Status, reason: String, message: String = "", observedGeneration: Int?
    ) {
        self.init(
            type: type.rawValue, status: status, reason: reason, message: message,
            observedGeneration: observedGeneration)
    }
}

extension [Condition] {
    public subscript(type: ConditionType) -> Condition? {
        first { $0.type == type.rawValue }
    }
}
