/// An administrator's rules over many agents. Deny beats every allow.
public struct EgressPolicy: Codable, Hashable, Sendable {
    public var apiVersion = APIVersion.current
    public var kind = ResourceKind.egressPolicy
    public var metadata: ObjectMeta
    public var spec: EgressPolicySpec
    public var status: EgressPolicyStatus?

    public init(metadata: ObjectMeta, spec: EgressPolicySpec = EgressPolicySpec(), status: EgressPolicyStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

public struct EgressPolicySpec: Codable, Hashable, Sendable {
    /// Nil means every agent.
    public var agentSelector: AgentSelector?
    public var allow: [EgressRule]?
    public var deny: [EgressRule]?
    /// A Rego module; the platform chooses its package. It may only narrow unless `grants` is true.
    public var rego: String?
    /// Set by an administrator: the module may also allow. Default: false.
    public var grants: Bool?

    public init(
        agentSelector: AgentSelector? = nil, allow: [EgressRule]? = nil, deny: [EgressRule]? = nil, rego: String? = nil,
        grants: Bool? = nil
    ) {
        self.agentSelector = agentSelector
        self.allow = allow
        self.deny = deny
        self.rego = rego
        self.grants = grants
    }
}

/// Which agents a policy is for: those with all of `labels` and, when `owners` is given, one of these owners.
public struct AgentSelector: Codable, Hashable, Sendable {
    public var labels: [String: String]?
    public var owners: [String]?

    public init(labels: [String: String]? = nil, owners: [String]? = nil) {
        self.labels = labels
        self.owners = owners
    }

    /// An empty selector matches every agent. Owners are compared byte by byte: Unicode look-alikes are other owners.
    public func matches(owner: String, labels agentLabels: [String: String]) -> Bool {
        let labelled = (labels ?? [:]).allSatisfy { agentLabels[$0.key] == $0.value }
        guard let owners else { return labelled }
        return labelled && owners.contains { $0.utf8.elementsEqual(owner.utf8) }
    }
}

public struct EgressPolicyStatus: Codable, Hashable, Sendable {
    public var conditions: [Condition]?

    public init(conditions: [Condition]? = nil) {
        self.conditions = conditions
    }
}
