/// Any one object of the API, for what treats all kinds alike: manifests, the store, the HTTP API.
public enum Resource: Hashable, Sendable {
    case agent(Agent)
    case agentTemplate(AgentTemplate)
    case egressPolicy(EgressPolicy)

    public var kind: ResourceKind {
        switch self {
        case .agent: .agent
        case .agentTemplate: .agentTemplate
        case .egressPolicy: .egressPolicy
        }
    }

    public var metadata: ObjectMeta {
        get {
            switch self {
            case .agent(let agent): agent.metadata
            case .agentTemplate(let template): template.metadata
            case .egressPolicy(let policy): policy.metadata
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
            }
        }
    }

    public var key: ResourceKey { ResourceKey(kind, metadata.name) }

    /// The same with the status of `other`, which must be of the same kind; a kind without status stays as it is.
    public func withStatus(of other: Resource?) -> Resource {
        switch (self, other) {
        case (.agent(var agent), .agent(let old)?):
            agent.status = old.status
            return .agent(agent)
        case (.egressPolicy(var policy), .egressPolicy(let old)?):
            policy.status = old.status
            return .egressPolicy(policy)
        case (.agent(var agent), _):
            agent.status = nil
            return .agent(agent)
        case (.egressPolicy(var policy), _):
            policy.status = nil
            return .egressPolicy(policy)
        case (.agentTemplate, _):
            return self
        }
    }

    /// Whether both ask for the same, whatever their metadata and status.
    public func hasSameSpec(as other: Resource) -> Bool {
        switch (self, other) {
        case (.agent(let left), .agent(let right)): left.spec == right.spec
        case (.agentTemplate(let left), .agentTemplate(let right)): left.spec == right.spec
        case (.egressPolicy(let left), .egressPolicy(let right)): left.spec == right.spec
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
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .agent(let agent): try agent.encode(to: encoder)
        case .agentTemplate(let template): try template.encode(to: encoder)
        case .egressPolicy(let policy): try policy.encode(to: encoder)
        }
    }
}
