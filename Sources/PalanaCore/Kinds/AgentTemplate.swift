/// Defaults that agents can build on. Secrets are declared without values, as in `Agent`.
public struct AgentTemplate: Codable, Hashable, Sendable {
    public var apiVersion = APIVersion.current
    public var kind = ResourceKind.agentTemplate
    public var metadata: ObjectMeta
    public var spec: AgentTemplateSpec

    public init(metadata: ObjectMeta, spec: AgentTemplateSpec = AgentTemplateSpec()) {
        self.metadata = metadata
        self.spec = spec
    }
}

public struct AgentTemplateSpec: Codable, Hashable, Sendable {
    public var image: String?
    public var command: [String]?
    public var env: [EnvironmentVariable]?
    public var resources: Resources?
    public var secrets: [AgentSecret]?
    public var egress: Egress?
    public var idle: Idle?

    public init(
        image: String? = nil, command: [String]? = nil, env: [EnvironmentVariable]? = nil, resources: Resources? = nil,
        secrets: [AgentSecret]? = nil, egress: Egress? = nil, idle: Idle? = nil
    ) {
        self.image = image
        self.command = command
        self.env = env
        self.resources = resources
        self.secrets = secrets
        self.egress = egress
        self.idle = idle
    }
}
