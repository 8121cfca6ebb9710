/// The API group and version that every document names.
public enum APIVersion {
    public static let group = "palana.dev"
    public static let version = "v1alpha1"
    public static let current = "\(group)/\(version)"
}

/// The kinds this release knows.
public enum ResourceKind: String, Codable, Sendable, CaseIterable {
    case agent = "Agent"
    case agentTemplate = "AgentTemplate"
    case egressPolicy = "EgressPolicy"
    case killSwitch = "KillSwitch"
    case tenant = "Tenant"

    /// Whether its objects live in a namespace of a cluster.
    public var isNamespaced: Bool {
        switch self {
        case .agent, .killSwitch: true
        case .agentTemplate, .egressPolicy, .tenant: false
        }
    }

    /// How the API server's addresses call it.
    public var plural: String {
        switch self {
        case .agent: "agents"
        case .agentTemplate: "agenttemplates"
        case .egressPolicy: "egresspolicies"
        case .killSwitch: "killswitches"
        case .tenant: "tenants"
        }
    }

    /// What people may type for it: `palana get agents`, as with kubectl's short names. Any letter case.
    public var spellings: [String] {
        switch self {
        case .agent: ["agent", "agents"]
        case .agentTemplate: ["agenttemplate", "agenttemplates", "template", "templates"]
        case .egressPolicy: ["egresspolicy", "egresspolicies", "policy", "policies"]
        case .killSwitch: ["killswitch", "killswitches", "kill", "kills"]
        case .tenant: ["tenant", "tenants"]
        }
    }

    /// The kind that a person means by `text`, or nil.
    public init?(spelling text: String) {
        let wanted = text.lowercased()
        guard let kind = Self.allCases.first(where: { $0.spellings.contains(wanted) }) else { return nil }
        self = kind
    }
}
