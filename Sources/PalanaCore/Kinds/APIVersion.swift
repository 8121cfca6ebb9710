/// The API group and version that every document names.
public enum APIVersion {
    public static let current = "palana.dev/v1alpha1"
}

/// The kinds this release knows.
public enum ResourceKind: String, Codable, Sendable, CaseIterable {
    case agent = "Agent"
    case agentTemplate = "AgentTemplate"
    case egressPolicy = "EgressPolicy"

    /// What people may type for it: `palana get agents`, as with kubectl's short names. Any letter case.
    public var spellings: [String] {
        switch self {
        case .agent: ["agent", "agents"]
        case .agentTemplate: ["agenttemplate", "agenttemplates", "template", "templates"]
        case .egressPolicy: ["egresspolicy", "egresspolicies", "policy", "policies"]
        }
    }

    /// The kind that a person means by `text`, or nil.
    public init?(spelling text: String) {
        let wanted = text.lowercased()
        guard let kind = Self.allCases.first(where: { $0.spellings.contains(wanted) }) else { return nil }
        self = kind
    }
}
