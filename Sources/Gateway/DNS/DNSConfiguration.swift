public import PalanaCore

/// How agents' DNS is served.
public struct DNSConfiguration: Sendable {
    /// Where it listens, on each agent's port.
    public var address: IPAddress
    public var names: DNSNames
    /// Queries of one agent: at once after a quiet time, and a second in the long run. Others are dropped.
    public var burst: Double
    public var rate: Double
    /// TCP connections of one agent at a time. Others are closed at once.
    public var connections: Int
    /// A connection that asks nothing for so long is closed.
    public var idleTime: Duration
    /// A connection that is older is closed, whatever it asks.
    public var longestConnection: Duration

    public init(
        address: IPAddress, names: DNSNames = DNSNames(), burst: Double = 500, rate: Double = 200,
        connections: Int = 16, idleTime: Duration = .seconds(5), longestConnection: Duration = .seconds(60)
    ) {
        self.address = address
        self.names = names
        self.burst = burst
        self.rate = rate
        self.connections = connections
        self.idleTime = idleTime
        self.longestConnection = longestConnection
    }
}
