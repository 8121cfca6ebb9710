/// A secret that an agent may use, as its owner declares it; the value is in the vault only. `SecretBinding` is the
/// same for the gateway, with the placeholder in force.
public struct AgentSecret: Codable, Hashable, Sendable {
    /// Also the environment variable that holds the placeholder.
    public var name: String
    /// Default: `proxy`.
    public var mode: SecretMode?
    /// Proxy mode: the only hosts it is ever sent to (exact or `*.suffix`).
    public var hosts: [String]?
    /// `in`: where in a request the placeholder may stand. Default: `[header]`.
    public var positions: [SecretPosition]?
    /// Pattern of the placeholder. Default: `palana-{name}-{random:32}`.
    public var placeholder: String?
    /// A lure that nothing has a reason to use: any use raises an alarm.
    public var canary: Bool?

    enum CodingKeys: String, CodingKey {
        case name, mode, hosts, placeholder, canary
        case positions = "in"
    }

    public init(
        name: String, mode: SecretMode? = nil, hosts: [String]? = nil, positions: [SecretPosition]? = nil,
        placeholder: String? = nil, canary: Bool? = nil
    ) {
        self.name = name
        self.mode = mode
        self.hosts = hosts
        self.positions = positions
        self.placeholder = placeholder
        self.canary = canary
    }
}
