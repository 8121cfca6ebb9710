/// What one agent's DNS knows, and where it is asked.
public struct AgentZone: Sendable, Hashable {
    /// UDP and TCP, on the gateway's own address.
    public var port: UInt16
    /// The address of the agent's way out, which every external name has for it. IPv4.
    public var gateway: IPAddress
    /// Agents that this one may meet, by full name in lower case without a dot at its end. IPv4.
    public var peers: [String: IPAddress]

    public init(port: UInt16, gateway: IPAddress, peers: [String: IPAddress] = [:]) {
        self.port = port
        self.gateway = gateway
        self.peers = peers
    }
}

/// Answers what names there are for an agent. A change is told by `AgentDirectory.changes()`.
public protocol AgentZones: Sendable {
    /// nil while there is nothing to answer with: then nobody listens.
    func zone(of id: AgentID) -> AgentZone?
}
