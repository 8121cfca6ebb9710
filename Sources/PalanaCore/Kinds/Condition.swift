/// One observation about an object, with Kubernetes' names and meanings (API conventions, "conditions").
public struct Condition: Codable, Hashable, Sendable {
    public enum Status: String, Codable, Sendable, CaseIterable {
        case `true` = "True"
        case `false` = "False"
        case unknown = "Unknown"
    }

    /// One of `ConditionType` in what the platform writes.
    public var type: String
    public var status: Status
    /// One word in CamelCase for programs.
    public var reason: String
    /// One sentence for people.
    public var message: String
    /// The `metadata.generation` that was looked at.
    public var observedGeneration: Int?
    /// When `status` last became another one.
    public var lastTransitionTime: Timestamp?

    public init(
        type: String, status: Status, reason: String, message: String = "", observedGeneration: Int? = nil,
        lastTransitionTime: Timestamp? = nil
    ) {
        self.type = type
        self.status = status
        self.reason = reason
        self.message = message
        self.observedGeneration = observedGeneration
        self.lastTransitionTime = lastTransitionTime
    }
}

extension [Condition] {
    /// Puts `condition` in the place of the one with its type. `lastTransitionTime` is `now` when the status is another
    /// one than before, else the old one.
    public mutating func set(_ condition: Condition, now: Timestamp) {
        guard let index = firstIndex(where: { $0.type == condition.type }) else {
            var first = condition
            first.lastTransitionTime = now
            append(first)
            return
        }
        var next = condition
        let changed = self[index].status != condition.status
        next.lastTransitionTime = changed ? now : self[index].lastTransitionTime ?? now
        self[index] = next
    }
}
