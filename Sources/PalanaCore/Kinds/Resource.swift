/// Any one object of the API, for what treats all kinds alike: manifests, the store, the HTTP API.
public enum Resource: Hashable, Sendable {
    case agent(Agent)
    case agentTemplate(AgentTemplate)
    case egressPolicy(EgressPolicy)
    case killSwitch(KillSwitch)
    case tenant(Tenant)

    public var kind: ResourceKind {
        switch self {
        case .agent: .agent
        case .agentTemplate: .agentTemplate
        case .egressPolicy: .egressPolicy
        case .killSwitch: .killSwitch
        case .tenant: .tenant
        }
    }

    public var metadata: ObjectMeta {
        get {
            switch self {
            case .agent(let agent): agent.metadata
            case .agentTemplate(let template): template.metadata
            case .egressPolicy(let policy): policy.metadata
            case .killSwitch(let kill): kill.metadata
            case .tenant(let tenant): tenant.metadata
            }
        }
        set {
            switch self {
            case .agent(var agent):
                agent.metadata = newValue
                self = .agent(agent)
            case .agentTemplate(var template):
                template.metadata = newValue
                self = .agentTemplate(template)
            case .egressPolicy(var policy):
                policy.metadata = newValue
                self = .egressPolicy(policy)
            case .killSwitch(var kill):
                kill.metadata = newValue
                self = .killSwitch(kill)
            case .tenant(var tenant):
                tenant.metadata = newValue
                self = .tenant(tenant)
            }
        }
    }

    public var key: ResourceKey { ResourceKey(kind, metadata.name) }

    /// The same with the status of `other`, which must be of the same kind; a kind without status stays as it is.
    public func withStatus(of other: Resource?) -> Resource {
        switch self {
        case .agent(var agent):
            if case .agent(let old)? = other { agent.status = old.status } else { agent.status = nil }
            return .agent(agent)
        case .egressPolicy(var policy):
            if case .egressPolicy(let old)? = other { policy.status = old.status } else { policy.status = nil }
            return .egressPolicy(policy)
        case .killSwitch(var kill):
            if case .killSwitch(let old)? = other { kill.status = old.status } else { kill.status = nil }
            return .killSwitch(kill)
        case .tenant(var tenant):
            if case .tenant(let old)? = other { tenant.status = old.status } else { tenant.status = nil }
            return .tenant(tenant)
        case .agentTemplate:
            return self
        }
    }

    /// Whether both ask for the same, whatever their metadata and status.
    public func hasSameSpec(as other: Resource) -> Bool {
        switch (self, other) {
        case (.agent(let left), .agent(let right)): left.spec == right.spec
        case (.agentTemplate(let left), .agentTemplate(let right)): left.spec == right.spec
        case (.egressPolicy(let left), .egressPolicy(let right)): left.spec == right.spec
        case (.killSwitch(let left), .killSwitch(let right)): left.spec == right.spec
        case (.tenant(let left), .tenant(let right)): left.spec == right.spec
        default: false
        }
    }
}

/// What an object is found by. Rendered as people write it: `Agent/demo`.
public struct ResourceKey: Hashable, Sendable, CustomStringConvertible {
    public var kind: ResourceKind
    public var name: String

    public init(_ kind: ResourceKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    public var description: String { "\(kind.rawValue)/\(name)" }
}

extension Resource: Codable {
    private enum KindKey: String, CodingKey {
        case kind
    }

    public init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: KindKey.self).decode(ResourceKind.self, forKey: .kind)
        switch kind {
        case .agent: self = .agent(try Agent(from: decoder))
        case .agentTemplate: self = .agentTemplate(try AgentTemplate(from: decoder))
        case .egressPolicy: self = .egressPolicy(try EgressPolicy(from: decoder))
        case .killSwitch: self = .killSwitch(try KillSwitch(from: decoder))
        case .tenant: self = .tenant(try Tenant(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .agent(let agent): try agent.encode(to: encoder)
        case .agentTemplate(let template): try template.encode(to: encoder)
        case .egressPolicy(let policy): try policy.encode(to: encoder)
        case .killSwitch(let kill): try kill.encode(to: encoder)
        case .tenant(let tenant): try tenant.encode(to: encoder)
        }
    }
}
