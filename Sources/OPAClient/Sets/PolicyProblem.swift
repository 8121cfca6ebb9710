/// What is wrong with a policy, for its author.
public struct PolicyProblem: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The policy's name, when it is one policy's problem.
    public var policy: String?
    /// Line in the Rego as it was written, from 1.
    public var line: Int?
    /// One sentence.
    public var message: String

    public init(policy: String? = nil, line: Int? = nil, message: String) {
        self.policy = policy
        self.line = line
        self.message = message
    }

    public var description: String {
        let place = [policy.map { "EgressPolicy/\($0)" }, line.map { "line \($0)" }].compactMap(\.self)
        return place.isEmpty ? message : "\(place.joined(separator: ", ")): \(message)"
    }
}
