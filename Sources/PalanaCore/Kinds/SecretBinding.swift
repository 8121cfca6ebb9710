/// Where in a request a placeholder may stand.
public enum SecretPosition: String, Codable, Sendable, CaseIterable {
    case header, basic, query, path, body
}

/// How an agent may have a secret.
public enum SecretMode: String, Codable, Sendable, CaseIterable {
    /// The agent holds a placeholder; the gateway puts the value in at the boundary.
    case proxy
    /// The agent, and it alone, may read the value through `palana.internal`.
    case agent
}

/// One secret of one agent as the gateway needs it: never the value, only where it may go.
public struct SecretBinding: Codable, Hashable, Sendable {
    public var name: String
    public var mode: SecretMode
    /// Proxy mode: the only hosts it is sent to (exact or `*.suffix`).
    public var hosts: [String]
    public var positions: Set<SecretPosition>
    /// The placeholder in force; nil in agent mode.
    public var placeholder: String?

    public init(
        name: String, mode: SecretMode, hosts: [String] = [], positions: Set<SecretPosition> = [.header],
        placeholder: String? = nil
    ) {
        self.name = name
        self.mode = mode
        self.hosts = hosts
        self.positions = positions
        self.placeholder = placeholder
    }
}
