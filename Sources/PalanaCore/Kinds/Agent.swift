/// An autonomous program that is run without being trusted: what it is, where it may go, which secrets it may use.
public struct Agent: Codable, Hashable, Sendable {
    public var apiVersion = APIVersion.current
    public var kind = ResourceKind.agent
    public var metadata: ObjectMeta
    public var spec: AgentSpec
    /// Written by the platform only.
    public var status: AgentStatus?

    public init(metadata: ObjectMeta, spec: AgentSpec = AgentSpec(), status: AgentStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// What every part calls this agent. `spec.owner` is set at admission, so a stored agent always has one.
    public var id: AgentID {
        AgentNames.agent(owner: spec.owner ?? "", name: metadata.name)
    }
}

/// What its owner wants. Nil means "not said": the template's value holds, then the default.
public struct AgentSpec: Codable, Hashable, Sendable {
    /// Raw identity of the owner; set at creation, immutable.
    public var owner: String?
    /// Name of the `AgentTemplate` that the fields below override.
    public var template: String?
    /// On one machine the absolute path of a rootfs folder; nil is the host's `/usr`, read-only.
    public var image: String?
    public var command: [String]?
    public var env: [EnvironmentVariable]?
    public var workspace: Workspace?
    public var resources: Resources?
    public var runtimeClassName: String?
    public var secrets: [AgentSecret]?
    public var egress: Egress?
    public var ingress: Ingress?
    public var idle: Idle?
    public var suspended: Bool?
    /// A duration like `168h`, counted from creation.
    public var ttl: String?
    /// What happens at its end; `suspend` if left out.
    public var ttlAction: Shutdown?
    public var wake: Wake?

    public init(
        owner: String? = nil, template: String? = nil, image: String? = nil, command: [String]? = nil,
        env: [EnvironmentVariable]? = nil, workspace: Workspace? = nil, resources: Resources? = nil,
        runtimeClassName: String? = nil, secrets: [AgentSecret]? = nil, egress: Egress? = nil, ingress: Ingress? = nil,
        idle: Idle? = nil, suspended: Bool? = nil, ttl: String? = nil, ttlAction: Shutdown? = nil, wake: Wake? = nil
    ) {
        self.owner = owner
        self.template = template
        self.image = image
        self.command = command
        self.env = env
        self.workspace = workspace
        self.resources = resources
        self.runtimeClassName = runtimeClassName
        self.secrets = secrets
        self.egress = egress
        self.ingress = ingress
        self.idle = idle
        self.suspended = suspended
        self.ttl = ttl
        self.ttlAction = ttlAction
        self.wake = wake
    }
}
