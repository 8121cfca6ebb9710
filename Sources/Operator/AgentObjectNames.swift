/// What the objects in an agent's own namespace are called, by those who make them and by those who check them.
public enum AgentObjectNames {
    /// The account of the agent's pods; it may do nothing, and its token is mounted nowhere.
    public static let serviceAccount = "agent"
    /// The one way out: the gateway's proxy on 3128, 443 and 80, the agent's DNS on 53.
    public static let egressService = "egress"
    public static let workload = "agent"
    /// What is mounted at `/data`.
    public static let workspaceClaim = "data"
    /// The public CA bundle: `ca-certificates.crt` as PEM and `cacerts` as a keystore for JVMs.
    public static let certificates = "ca-bundle"
    public static let certificatesKey = "ca-certificates.crt"
    public static let javaTruststoreKey = "cacerts"

    /// Labels of everything that is made for an agent, and of its pods.
    public static let agentLabel = "palana.dev/agent"
    public static let agentNameLabel = "palana.dev/agent-name"
    public static let ownerHashLabel = "palana.dev/owner-hash"
    public static let managedByLabel = "app.kubernetes.io/managed-by"
}
