/// One agent as the gateway knows it at this moment: everything a decision needs but the secret values.
public struct AgentSnapshot: Sendable, Hashable {
    /// Whether it may send anything at all.
    public enum Standing: String, Sendable, Codable {
        case active, suspended, killed
    }

    /// What happens to a request that no rule names.
    public enum EgressDefault: String, Sendable, Codable, CaseIterable {
        case deny, ask, observe
    }

    public var id: AgentID
    public var name: String
    public var namespace: String?
    /// The raw owner.
    public var owner: String
    public var labels: [String: String]
    public var template: String?
    public var standing: Standing
    public var egressDefault: EgressDefault
    public var allow: [EgressRule]
    public var secrets: [SecretBinding]

    public init(
        id: AgentID, name: String, namespace: String? = nil, owner: String, labels: [String: String] = [:],
        template: String? = nil, standing: Standing = .active, egressDefault: EgressDefault = .deny,
        allow: [EgressRule] = [], secrets: [SecretBinding] = []
    ) {
        self.id = id
        self.name = name
        self.namespace = namespace
        self.owner = owner
        self.labels = labels
        self.template = template
        self.standing = standing
        self.egressDefault = egressDefault
        self.allow = allow
        self.secrets = secrets
    }
}

/// What the gateway asks about agents. Implemented over the local store and, in a cluster, over watches.
public protocol AgentDirectory: Sendable {
    /// The agent with this id, or nil when there is none (which is a refusal).
    func agent(_ id: AgentID) -> AgentSnapshot?

    /// Where this agent's connections may come from; nobody's of an agent that there isn't.
    func sources(of id: AgentID) -> AgentSources

    /// The agent and secret that this placeholder belongs to, whoever's it is; to tell a stolen placeholder from noise.
    func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)?

    /// All agents' ids, and again after each change of who there is or of what standing; for the listeners, which only
    /// active agents have. The first element comes at once.
    func changes() -> AsyncStream<Set<AgentID>>
}
