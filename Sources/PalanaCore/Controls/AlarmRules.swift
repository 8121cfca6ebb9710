/// When the platform kills by itself, as `alarms` in `config.yaml` says it. All but the canary is off unless it is named.
public struct AlarmRules: Sendable, Hashable, Codable {
    /// So many of something by one agent within a time.
    public struct Threshold: Sendable, Hashable, Codable {
        public var count: Int
        /// Such as `10m`.
        public var within: String
        /// Default: `network`.
        public var level: KillSwitchSpec.Level?

        public init(count: Int, within: String, level: KillSwitchSpec.Level? = nil) {
            self.count = count
            self.within = within
            self.level = level
        }
    }

    /// The level at which a touched canary kills; `network` unless told.
    public var canary: KillSwitchSpec.Level?
    /// Placeholders where they mustn't stand, the agent's own or another's.
    public var placeholders: Threshold?
    /// Requests that were denied, whyever.
    public var denials: Threshold?

    public init(
        canary: KillSwitchSpec.Level? = nil, placeholders: Threshold? = nil, denials: Threshold? = nil
    ) {
        self.canary = canary
        self.placeholders = placeholders
        self.denials = denials
    }

    /// What can't be meant, one sentence each.
    public var problems: [String] {
        [("placeholders", placeholders), ("denials", denials)].flatMap { name, threshold -> [String] in
            guard let threshold else { return [] }
            var problems: [String] = []
            if !(1...AlarmBook.mostCounted).contains(threshold.count) {
                problems.append("alarms.\(name).count: 1 to \(AlarmBook.mostCounted) are allowed")
            }
            if Quantities.duration(threshold.within) == nil {
                problems.append("alarms.\(name).within: \(ShownText.quoted(threshold.within)) is no time like 10m")
            }
            return problems
        }
    }
}
