public import PalanaCore

/// What happens to one request.
public enum AuthorizationVerdict: Sendable {
    case admitted(Admission)
    case refused(Refusal)
}

/// A request that may go out, and how it is changed on its way.
public struct Admission: Sendable {
    public struct Header: Sendable {
        public let name: String
        /// May hold a real credential.
        public let value: Secret<String>
    }

    public let decisionID: DecisionID
    /// Headers that are set, in place of any of that name.
    public var set: [Header] = []
    /// Names of headers that are taken away.
    public var removed: [String] = []
    /// The answer passes through the redaction service.
    public var isRedacted = false

    init(decisionID: DecisionID) {
        self.decisionID = decisionID
    }

    mutating func set(_ name: String, to value: String) {
        set.append(Header(name: name, value: Secret(value)))
    }
}
