/// What happened to one object of `palana apply`.
public struct ApplyOutcome: Sendable, Hashable, Codable {
    public enum Change: String, Sendable, Codable {
        case created, configured, unchanged
    }

    public var kind: String
    public var name: String
    public var change: Change
    /// Things that are allowed but probably not meant.
    public var warnings: [String]

    public init(kind: String, name: String, change: Change, warnings: [String] = []) {
        self.kind = kind
        self.name = name
        self.change = change
        self.warnings = warnings
    }
}
