public import PalanaCore

/// Gives a role's or cluster role's rights to subjects, in one namespace.
public struct RoleBinding: KubernetesObject {
    public static let type = ObjectType("RoleBinding", plural: "rolebindings", group: "rbac.authorization.k8s.io")
    public var metadata: ObjectMeta
    public var subjects: [Subject]?
    /// Can't be changed: delete the binding and make it anew.
    public var roleRef: RoleReference?

    public init(metadata: ObjectMeta, subjects: [Subject]? = nil, roleRef: RoleReference? = nil) {
        self.metadata = metadata
        self.subjects = subjects
        self.roleRef = roleRef
    }
}

/// Gives a cluster role's rights to subjects, everywhere.
public struct ClusterRoleBinding: KubernetesObject {
    public static let type = ObjectType(
        "ClusterRoleBinding", plural: "clusterrolebindings", group: "rbac.authorization.k8s.io", isNamespaced: false)
    public var metadata: ObjectMeta
    public var subjects: [Subject]?
    /// Can't be changed: delete the binding and make it anew.
    public var roleRef: RoleReference?

    public init(metadata: ObjectMeta, subjects: [Subject]? = nil, roleRef: RoleReference? = nil) {
        self.metadata = metadata
        self.subjects = subjects
        self.roleRef = roleRef
    }
}

/// Who a binding is for.
public struct Subject: Codable, Hashable, Sendable {
    /// `User`, `Group` or `ServiceAccount`.
    public var kind: String
    /// `rbac.authorization.k8s.io` for users and groups, nothing for service accounts.
    public var apiGroup: String?
    /// The raw name.
    public var name: String
    /// Service accounts only.
    public var namespace: String?

    public init(kind: String, apiGroup: String? = nil, name: String, namespace: String? = nil) {
        self.kind = kind
        self.apiGroup = apiGroup
        self.name = name
        self.namespace = namespace
    }

    public static func user(_ name: String) -> Subject {
        Subject(kind: "User", apiGroup: "rbac.authorization.k8s.io", name: name)
    }

    public static func group(_ name: String) -> Subject {
        Subject(kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: name)
    }

    public static func serviceAccount(_ name: String, in namespace: String) -> Subject {
        Subject(kind: "ServiceAccount", name: name, namespace: namespace)
    }
}

/// The role of a binding.
public struct RoleReference: Codable, Hashable, Sendable {
    public var apiGroup: String
    /// `Role` or `ClusterRole`.
    public var kind: String
    public var name: String

    public init(apiGroup: String, kind: String, name: String) {
        self.apiGroup = apiGroup
        self.kind = kind
        self.name = name
    }

    public static func role(_ name: String) -> RoleReference {
        RoleReference(apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: name)
    }

    public static func clusterRole(_ name: String) -> RoleReference {
        RoleReference(apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: name)
    }
}
