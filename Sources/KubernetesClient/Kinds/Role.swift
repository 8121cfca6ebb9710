public import PalanaCore

/// What its subjects may do in one namespace.
public struct Role: KubernetesObject {
    public static let type = ObjectType("Role", plural: "roles", group: "rbac.authorization.k8s.io")
    public var metadata: ObjectMeta
    public var rules: [PolicyRule]?

    public init(metadata: ObjectMeta, rules: [PolicyRule]? = nil) {
        self.metadata = metadata
        self.rules = rules
    }
}

/// Verbs on resources.
public struct PolicyRule: Codable, Hashable, Sendable {
    public var apiGroups: [String]?
    public var resources: [String]?
    public var resourceNames: [String]?
    public var verbs: [String]?

    public init(
        apiGroups: [String]? = nil, resources: [String]? = nil, resourceNames: [String]? = nil, verbs: [String]? = nil
    ) {
        self.apiGroups = apiGroups
        self.resources = resources
        self.resourceNames = resourceNames
        self.verbs = verbs
    }
}
