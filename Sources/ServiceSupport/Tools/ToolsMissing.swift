/// Programs that the platform can't do without and that this machine lacks; its description is for people.
public struct ToolsMissing: Error, Sendable, CustomStringConvertible {
    /// One sentence: all that is missing, and the command that brings it.
    public let description: String

    init(_ missing: [(Tool, ToolSearch)]) {
        let mends = missing.map(\.0.mend).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        // The set-up script brings everything; what Debian has needs no command of its own then.
        let mend = mends.contains(Tool.setUp) ? Tool.setUp : mends.joined(separator: " && ")
        description = missing.map(Self.describe).joined(separator: ", ") + "; run: \(mend)"
    }

    /// What is wrong, as in `envoy ≥ 1.40.0 is missing (/usr/bin/envoy is 1.38.0)`.
    public static func describe(_ tool: Tool, _ search: ToolSearch) -> String {
        let wanted = tool.minimum.map { "\(tool.name) ≥ \($0)" } ?? tool.name
        guard case .missing(let rejected) = search, !rejected.isEmpty else { return "\(wanted) is missing" }
        return "\(wanted) is missing (\(rejected.map { "\($0.path) \($0.reason)" }.joined(separator: "; ")))"
    }
}
