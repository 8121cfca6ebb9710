/// What the index must know of how the operator lays things out.
public struct ClusterIndexConfiguration: Sendable {
    /// Where a kill switch reaches every tenant's agents.
    public var platformNamespace: String
    /// The ports that the operator gives to agents. A port outside is nobody's.
    public var egressPorts: ClosedRange<UInt16>
    /// An agent's DNS is on its egress port plus this.
    public var dnsOffset: UInt16
    /// The Service in an agent's namespace that is its way out.
    public var serviceName: String
    /// Below this name agents find those that they may meet.
    public var peerDomain: String
    /// Kill switches of one namespace that are looked at one by one. With more of them, all agents in that namespace's
    /// reach are stopped.
    public var killSwitchLimit: Int

    public init(
        platformNamespace: String = "palana-system", egressPorts: ClosedRange<UInt16> = 20_000...29_999,
        dnsOffset: UInt16 = 10_000, serviceName: String = "egress", peerDomain: String = "peer.palana.internal",
        killSwitchLimit: Int = 1_000
    ) {
        self.platformNamespace = platformNamespace
        self.egressPorts = egressPorts
        self.dnsOffset = dnsOffset
        self.serviceName = serviceName
        self.peerDomain = peerDomain
        self.killSwitchLimit = killSwitchLimit
    }
}
