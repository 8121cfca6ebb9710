/// One value that can't be taken. Rendered as `spec.egress.allow[2].host: "*.*.com": one leading wildcard only`.
public struct ValidationError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// `spec.egress.allow[2].host`.
    public var path: String
    /// The value as it is shown: text in quotes, numbers bare, nil when it says nothing.
    public var value: String?
    /// What is wrong and what to change.
    public var problem: String

    /// - Parameter value: already rendered; see the other initialisers.
    public init(path: String, value: String? = nil, problem: String) {
        self.path = path
        self.value = value
        self.problem = problem
    }

    public init(_ path: FieldPath, _ problem: String) {
        self.init(path: path.description, problem: problem)
    }

    public init(_ path: FieldPath, text: String, _ problem: String) {
        self.init(path: path.description, value: ShownText.quoted(text), problem: problem)
    }

    public init(_ path: FieldPath, number: Int, _ problem: String) {
        self.init(path: path.description, value: String(number), problem: problem)
    }

    public var description: String {
        value.map { "\(path): \($0): \(problem)" } ?? "\(path): \(problem)"
    }
}

/// All that was found about one object.
public struct ValidationReport: Hashable, Sendable {
    /// Each of them refuses the object.
    public var errors: [ValidationError] = []
    /// Allowed, but probably not what was meant.
    public var warnings: [ValidationError] = []

    public init() {}

    /// Throws all errors at once.
    public func check() throws(ValidationFailure) {
        guard errors.isEmpty else { throw ValidationFailure(errors: errors) }
    }
}

/// An object was refused; nothing of it was taken.
public struct ValidationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var errors: [ValidationError]

    public init(errors: [ValidationError]) {
        self.errors = errors
    }

    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
