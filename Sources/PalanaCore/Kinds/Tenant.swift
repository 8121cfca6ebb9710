/// Whose agents may run in a cluster, and how many: one user or one group. Cluster-scoped; the operator makes the tenant
/// namespace (`AgentNames.tenantNamespace`) and the owner's rights in it.
public struct Tenant: Codable, Hashable, Sendable {
    public var apiVersion = APIVersion.current
    public var kind = ResourceKind.tenant
    public var metadata: ObjectMeta
    public var spec: TenantSpec
    /// Written by the platform only.
    public var status: TenantStatus?

    public init(metadata: ObjectMeta, spec: TenantSpec, status: TenantStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// The one namespace in which this tenant's agents are kept.
    public var namespace: String { AgentNames.tenantNamespace(owner: spec.owner) }
}

public struct TenantSpec: Codable, Hashable, Sendable {
    /// What `owner` names in the cluster's authentication.
    public enum OwnerKind: String, Codable, Sendable, CaseIterable {
        case user = "User"
        case group = "Group"
    }

    /// Raw name of the user or group, as the API server sees it; immutable.
    public var owner: String
    /// Default: `User`. Immutable.
    public var ownerKind: OwnerKind?
    /// What all agents of the tenant may have together. Nil means no limit.
    public var quota: TenantQuota?
    /// The only templates that agents of the tenant may build on, and must. Nil means any or none.
    public var allowedTemplates: [String]?

    public init(
        owner: String, ownerKind: OwnerKind? = nil, quota: TenantQuota? = nil, allowedTemplates: [String]? = nil
    ) {
        self.owner = owner
        self.ownerKind = ownerKind
        self.quota = quota
        self.allowedTemplates = allowedTemplates
    }

    /// Whether somebody is the owner or, of a group's tenant, one of its members. Names are compared byte by byte:
    /// Unicode look-alikes are others.
    public func isOwned(byUser user: String, groups: [String]) -> Bool {
        switch ownerKind ?? .user {
        case .user: user.utf8.elementsEqual(owner.utf8)
        case .group: groups.contains { $0.utf8.elementsEqual(owner.utf8) }
        }
    }
}

/// How much all agents of one tenant may have together; what is nil has no limit.
public struct TenantQuota: Codable, Hashable, Sendable {
    public var agents: Int?
    /// Sum of the limits, in cores: `8`, `500m`.
    public var cpu: String?
    /// Sum of the limits, in bytes: `16Gi`.
    public var memory: String?
    /// Sum of the workspaces, in bytes: `100Gi`.
    public var storage: String?

    public init(agents: Int? = nil, cpu: String? = nil, memory: String? = nil, storage: String? = nil) {
        self.agents = agents
        self.cpu = cpu
        self.memory = memory
        self.storage = storage
    }

    enum CodingKeys: String, CodingKey {
        case agents, cpu, memory, storage
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        agents = try container.decodeIfPresent(Int.self, forKey: .agents)
        cpu = try container.decodeQuantityIfPresent(forKey: .cpu)
        memory = try container.decodeQuantityIfPresent(forKey: .memory)
        storage = try container.decodeQuantityIfPresent(forKey: .storage)
    }
}

public struct TenantStatus: Codable, Hashable, Sendable {
    /// The tenant namespace, once it is there.
    public var namespace: String?
    public var conditions: [Condition]?

    public init(namespace: String? = nil, conditions: [Condition]? = nil) {
        self.namespace = namespace
        self.conditions = conditions
    }
}
