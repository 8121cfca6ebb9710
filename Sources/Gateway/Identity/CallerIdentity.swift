public import PalanaCore

/// Who a request comes from, as Envoy's own configuration says it in gRPC metadata: from the listener, never from
/// anything that the agent sent.
public struct CallerIdentity: Sendable, Hashable {
    /// Which of Envoy's two HTTP hops asks.
    public enum Hop: String, Sendable, Hashable {
        /// The proxy as the agent sees it: CONNECT, and plain http, which goes out from here.
        case front
        /// Inside a tunnel or a transparent TLS connection, after TLS was ended.
        case mitm
    }

    /// nil when the listener named none: a refusal.
    public var agent: AgentID?
    /// The connection's other end; nil over a Unix socket, or when Envoy says nothing that is an address.
    public var source: IPAddress?
    public var hop: Hop?
    /// `host:port` of the CONNECT that this request came through; nil for a transparent connection.
    public var connectAuthority: String?

    public init(agent: AgentID?, source: IPAddress? = nil, hop: Hop?, connectAuthority: String? = nil) {
        self.agent = agent
        self.source = source
        self.hop = hop
        self.connectAuthority = connectAuthority
    }
}
