import KubernetesClient
import PalanaCore

/// Whether an Agent is where its owner's agents are kept. Whoever may write into one tenant's namespace must not speak for
/// another's agent.
enum AgentPlace {
    /// - Returns: what the owner is to the API server.
    static func checked(_ agent: Agent, _ tenant: Tenant?) throws(Trouble) -> TenantSpec.OwnerKind {
        guard let owner = agent.spec.owner, !owner.isEmpty else {
            throw Trouble(
                "OwnerMissing", "spec.owner is missing: delete the Agent and create it while the webhooks answer")
        }
        let home = AgentNames.tenantNamespace(owner: owner)
        guard agent.metadata.namespace == home else {
            throw Trouble(
                "WrongNamespace",
                "agents of \(ShownText.quoted(owner)) are kept in the namespace \(home), and only there; create it there"
            )
        }
        guard let tenant, tenant.spec.owner.utf8.elementsEqual(owner.utf8) else {
            throw Trouble(
                "TenantMissing", "there is no Tenant for \(ShownText.quoted(owner)); an administrator makes it")
        }
        return tenant.spec.ownerKind ?? .user
    }
}

extension Agent {
    /// Whether it is kept where its owner's agents are.
    var isInPlace: Bool {
        guard let owner = spec.owner, !owner.isEmpty else { return false }
        return metadata.namespace == AgentNames.tenantNamespace(owner: owner)
    }
}
