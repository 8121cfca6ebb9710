public import PalanaCore

/// Who a request comes from, as Envoy's own configuration says it in gRPC metadata: from the listener, never from anything
/// that the agent sent.
public struct CallerIdentity: Sendable, Hashable {
    /// Which of Envoy's two HTTP hops asks.
    public enum Hop: String, Sendable, Hashable {
        /// The proxy as the agent sees it: CONNECT and absolute-form requests.
        case front
        /// Inside the tunnel, after TLS was ended: the request that goes out.
        case mitm
    }

    /// nil when the listener named none: a refusal.
    public var agent: AgentID?
    public var hop: Hop?
    /// `host:port` of the CONNECT that this request came through; nil for a transparent connection.
    public var connectAuthority: String?
    /// The socket's own idea of where the connection came from.
    public var source: String?

    public init(agent: AgentID?, hop: Hop?, connectAuthority: String? = nil, source: String? = nil) {
        self.agent = agent
        self.hop = hop
        self.connectAuthority = connectAuthority
        self.source = source
    }
}
