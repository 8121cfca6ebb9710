/// Where an agent may go.
public struct Egress: Codable, Hashable, Sendable {
    public var `default`: AgentSnapshot.EgressDefault?
    public var allow: [EgressRule]?
    public var peers: [Peer]?

    public init(default: AgentSnapshot.EgressDefault? = nil, allow: [EgressRule]? = nil, peers: [Peer]? = nil) {
        self.default = `default`
        self.allow = allow
        self.peers = peers
    }
}

/// The way in to an agent's own web UI. Not supported yet.
public struct Ingress: Codable, Hashable, Sendable {
    public var port: Int?
    public var peers: [Peer]?

    public init(port: Int? = nil, peers: [Peer]? = nil) {
        self.port = port
        self.peers = peers
    }
}

/// Another agent that this one may meet, when both name each other. Not supported yet.
public struct Peer: Codable, Hashable, Sendable {
    /// `owner/name`.
    public var agent: String
    public var port: Int?

    public init(agent: String, port: Int? = nil) {
        self.agent = agent
        self.port = port
    }
}
