/// Names that the bootstrap, the discovered listeners and the gateway's services must agree on.
public enum EnvoyNames {
    /// Filter state: the agent that the connection belongs to.
    public static let agentState = "egress.agent_id"
    /// Filter state: the address that the connection came from; absent where agents have Unix sockets.
    public static let sourceState = "egress.source"
    /// Filter state: the authority of the CONNECT whose tunnel this is; absent outside of tunnels.
    public static let connectState = "egress.connect_authority"

    /// Request header by which ext_authz asks for the bodies to pass through ext_proc. A client's own is removed first.
    public static let bodyHeader = "x-egress-body"
    /// Response header that carries a refusal's decision.
    public static let decisionHeader = "x-palana-decision"
    /// Request header that names the agent to the server of `palana.internal`.
    public static let agentHeader = "x-palana-agent"
    /// Request header that names the connection's source to the server of `palana.internal`.
    public static let sourceHeader = "x-palana-source"
    /// Request header with the id that the request's decision will have; Envoy sets it and takes it away again.
    public static let requestHeader = "x-palana-request"
    /// The name that the gateway answers itself.
    public static let internalHost = "palana.internal"
    /// gRPC metadata by which ext_authz and ext_proc learn where and for whom they are asked.
    public static let agentMetadata = "x-agent-id"
    public static let sourceMetadata = "x-source-ip"
    public static let connectMetadata = "x-connect-authority"
    public static let hopMetadata = "x-palana-hop"
    /// Namespace of what ext_authz says about a request (`decision_id`).
    public static let authorizationMetadata = "envoy.filters.http.ext_authz"

    /// Log names: the agents' own listeners (connections), requests at `front`, requests inside `mitm`, and connections
    /// to `mitm`.
    public static let agentLog = "agent"
    public static let frontLog = "front"
    public static let mitmLog = "mitm"
    public static let mitmConnectionLog = "mitm_connection"

    static let discovery = "ads"
    static let authorization = "ext_authz"
    static let processing = "ext_proc"
    static let accessLog = "als"
    static let toFront = "to_front"
    static let toMITM = "to_mitm"
    static let internalService = "palana_internal"

    /// Bytes that one connection may hold in Envoy before its sender has to wait.
    static let bufferLimit: UInt32 = 256 << 10
}
