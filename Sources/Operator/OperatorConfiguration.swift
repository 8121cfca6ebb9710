/// What the operator must know of the platform that it works for.
public struct OperatorConfiguration: Sendable {
    /// Whose fields the objects' are, for server-side apply.
    static let fieldManager = "palana-operator"
    /// Keeps an Agent until all that was made for it is gone.
    static let finalizer = "palana.dev/agent"
    /// An Agent or Tenant with this annotation set to `true` is left alone.
    static let pauseAnnotation = "palana.dev/paused"
    /// The rights of a tenant's owner in the tenant namespace; part of the deployment.
    static let tenantRole = "palana-user"

    /// The platform's own namespace, where the gateway's pods are.
    public var namespace: String
    /// TCP ports of the gateway's pods, one for each agent.
    public var egressPorts: ClosedRange<Int>
    /// An agent's DNS is on its egress port plus this.
    public var dnsOffset: Int
    /// How long a port belongs to nobody after its agent is gone, so that nothing that still runs meets another's.
    public var portRest: Duration
    /// How long a namespace may be without its Agent before it is cleared away.
    public var strayRest: Duration
    /// By which the gateway's pods are known.
    public var gatewayLabels: [String: String]
    /// Whose pods may reach `spec.ingress.port`; nil means nobody's.
    public var ingressNamespace: String?
    /// The ConfigMap of the platform's namespace that holds, under `ca-certificates.crt`, what agents are to trust.
    public var certificates: String
    public var pods: PodConfiguration
    /// How many agents are worked on at a time.
    public var workers: Int

    public init(
        namespace: String = "palana-system", egressPorts: ClosedRange<Int> = 20_000...29_999, dnsOffset: Int = 10_000,
        portRest: Duration = .seconds(600), strayRest: Duration = .seconds(60),
        gatewayLabels: [String: String] = ["app.kubernetes.io/component": "gateway"],
        ingressNamespace: String? = nil, certificates: String = "palana-ca-bundle",
        pods: PodConfiguration = PodConfiguration(), workers: Int = 8
    ) {
        self.namespace = namespace
        self.egressPorts = egressPorts
        self.dnsOffset = dnsOffset
        self.portRest = portRest
        self.strayRest = strayRest
        self.gatewayLabels = gatewayLabels
        self.ingressNamespace = ingressNamespace
        self.certificates = certificates
        self.pods = pods
        self.workers = workers
    }
}
