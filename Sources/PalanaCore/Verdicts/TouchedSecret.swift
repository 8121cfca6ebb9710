/// A secret whose placeholder turned up somewhere.
public struct TouchedSecret: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The agent whose secret it is; nil for the one that sent it.
    public var holder: AgentID?
    public var name: String

    public init(holder: AgentID? = nil, name: String) {
        self.holder = holder
        self.name = name
    }

    /// As `AuditEvent.secrets` has it: `GITHUB_PAT@misplaced`, `agent-bob-demo-1a2b3c4d5e/GITHUB_PAT@foreign`.
    public var description: String { holder.map { "\($0)/\(name)@foreign" } ?? "\(name)@misplaced" }

    /// Reads what an audit event says of a secret, whatever the place.
    public init?(recorded text: String) {
        guard let at = text.lastIndex(of: "@") else { return nil }
        let parts = text[..<at].split(separator: "/", maxSplits: 1).map(String.init)
        guard let name = parts.last else { return nil }
        self.init(holder: parts.count == 2 ? AgentID(rawValue: parts[0]) : nil, name: name)
    }
}
