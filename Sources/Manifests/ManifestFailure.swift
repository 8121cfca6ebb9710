/// One thing that is wrong with a manifest: where and what. Rendered as `agent.yaml:12: spec.egres: unknown field; …`.
public struct ManifestProblem: Hashable, Sendable, CustomStringConvertible {
    /// File name as the person gave it, or `stdin`.
    public var source: String
    /// From 1; nil when the parser gave none.
    public var line: Int?
    /// Field path like `spec.egress.allow[2].host`; empty for the document itself.
    public var path: String
    public var problem: String

    public init(source: String, line: Int? = nil, path: String = "", problem: String) {
        self.source = source
        self.line = line
        self.path = path
        self.problem = problem
    }

    public var description: String {
        let place = line.map { "\(source):\($0)" } ?? source
        return path.isEmpty ? "\(place): \(problem)" : "\(place): \(path): \(problem)"
    }
}

/// All that is wrong with an input; nothing of it was taken.
public struct ManifestFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var problems: [ManifestProblem]

    public init(problems: [ManifestProblem]) {
        self.problems = problems
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
