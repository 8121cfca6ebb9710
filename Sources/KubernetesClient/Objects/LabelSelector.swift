/// Which objects something is about, by their labels. An empty one means all.
public struct LabelSelector: Codable, Hashable, Sendable {
    public struct Requirement: Codable, Hashable, Sendable {
        public var key: String
        /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
        public var `operator`: String
        public var values: [String]?

        public init(_ key: String, _ operator: String, _ values: [String]? = nil) {
            self.key = key
            self.operator = `operator`
            self.values = values
        }
    }

    public var matchLabels: [String: String]?
    public var matchExpressions: [Requirement]?

    public init(matchLabels: [String: String]? = nil, matchExpressions: [Requirement]? = nil) {
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }

    /// Whether an object with `labels` is meant. An operator that is not known matches nothing.
    public func matches(_ labels: [String: String]?) -> Bool {
        let labels = labels ?? [:]
        return (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
            && (matchExpressions ?? []).allSatisfy { $0.holds(for: labels[$0.key]) }
    }
}

extension LabelSelector.Requirement {
    fileprivate func holds(for value: String?) -> Bool {
        switch `operator` {
        case "In": value.map { (values ?? []).contains($0) } ?? false
        case "NotIn": value.map { !(values ?? []).contains($0) } ?? true
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: false
        }
    }
}
