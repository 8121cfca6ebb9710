import KubernetesClient
import PalanaCore

/// All that follows from one Agent: the objects that the operator makes for it. Decides, sends nothing.
struct AgentPlan: Sendable {
    /// As it runs (`Agent.effective(with:)`).
    let agent: Agent
    /// What the raw owner is to the API server.
    let ownerKind: TenantSpec.OwnerKind
    let configuration: OperatorConfiguration

    init(agent: Agent, ownerKind: TenantSpec.OwnerKind, configuration: OperatorConfiguration) {
        self.agent = agent
        self.ownerKind = ownerKind
        self.configuration = configuration
    }

    /// The agent's own namespace.
    var home: String { agent.id.rawValue }
    var owner: String { agent.spec.owner ?? "" }

    /// On everything: how objects find back to their agent, since owner references can't cross namespaces.
    var labels: [String: String] {
        [
            AgentObjectNames.agentLabel: home, AgentObjectNames.agentNameLabel: agent.metadata.name,
            AgentObjectNames.ownerHashLabel: OwnerMark.shortHash(owner),
            AgentObjectNames.managedByLabel: OwnerMark.manager,
        ]
    }

    /// The metadata of an object in the agent's namespace.
    func metadata(_ name: String, annotations: [String: String]? = nil) -> ObjectMeta {
        ObjectMeta(name: name, namespace: home, labels: labels, annotations: annotations)
    }

    var namespace: Namespace {
        var labels = self.labels
        labels[OwnerMark.namespaceNameLabel] = home
        labels.merge(OwnerMark.podSecurity) { $1 }
        var annotations = OwnerMark.annotations(owner)
        annotations[OwnerMark.reclaimAnnotation] = (agent.spec.workspace?.reclaim ?? .delete).rawValue
        return Namespace(metadata: ObjectMeta(name: home, labels: labels, annotations: annotations))
    }
}
