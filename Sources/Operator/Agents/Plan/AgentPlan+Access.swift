import KubernetesClient
import PalanaCore

/// Who may do what in the agent's namespace.
extension AgentPlan {
    static let ownerRole = "owner"

    /// The account of the agent's pods: no rights, and no token anywhere.
    var account: ServiceAccount {
        ServiceAccount(metadata: metadata(AgentObjectNames.serviceAccount), automountServiceAccountToken: false)
    }

    /// The owner looks on and comes in; all changes are made through the Agent.
    var role: Role {
        Role(
            metadata: metadata(Self.ownerRole),
            rules: [
                PolicyRule(apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"]),
                PolicyRule(apiGroups: [""], resources: ["pods/log"], verbs: ["get"]),
                // Newer clients open the stream with a GET.
                PolicyRule(apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"]),
            ])
    }

    /// For the raw owner, never for a slug: two owners may share one.
    var binding: RoleBinding {
        RoleBinding(
            metadata: metadata(Self.ownerRole),
            subjects: [TenantSpec(owner: owner, ownerKind: ownerKind).subject], roleRef: .role(Self.ownerRole))
    }
}
