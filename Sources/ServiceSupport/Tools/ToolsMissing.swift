/// Programs that the platform can't do without and that this machine lacks; its description is for people.
public struct ToolsMissing: Error, Sendable, CustomStringConvertible {
    /// One sentence a program: what is missing and the command that brings it.
    public var sentences: [String]

    init(_ missing: [(Tool, ToolSearch)]) {
        sentences = missing.map { tool, search in "\(Self.describe(tool, search)); run: \(tool.mend)" }
    }

    public var description: String { sentences.joined(separator: "\n") }

    /// What is wrong, as in `envoy ≥ 1.40.0 is missing (/usr/bin/envoy is 1.38.0)`.
    public static func describe(_ tool: Tool, _ search: ToolSearch) -> String {
        let wanted = tool.minimum.map { "\(tool.name) ≥ \($0)" } ?? tool.name
        guard case .missing(let rejected) = search, !rejected.isEmpty else { return "\(wanted) is missing" }
        return "\(wanted) is missing (\(rejected.map { "\($0.path) \($0.reason)" }.joined(separator: "; ")))"
    }
}
