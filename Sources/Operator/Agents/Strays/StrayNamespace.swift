import KubernetesClient
import PalanaCore

/// A namespace whose Agent went without clearing up: whoever may change an Agent may take its finalizer off.
enum StrayNamespace {
    /// The Agent that it was made for, as far as clearing up needs it; nil where it isn't ours beyond doubt, is kept on
    /// purpose, goes already or is to be left alone.
    static func agent(of there: Namespace) -> Agent? {
        let annotations = there.metadata.annotations ?? [:]
        guard !there.isPaused, let name = there.metadata.labels?[AgentObjectNames.agentNameLabel],
            let owner = annotations[OwnerMark.ownerAnnotation]
        else { return nil }
        // In doubt data is kept.
        let reclaim = annotations[OwnerMark.reclaimAnnotation].flatMap(Workspace.Reclaim.init) ?? .retain
        let agent = Agent(
            metadata: ObjectMeta(name: name, namespace: AgentNames.tenantNamespace(owner: owner)),
            spec: AgentSpec(owner: owner, workspace: Workspace(reclaim: reclaim)))
        guard agent.id.rawValue == there.metadata.name, NamespaceClaim(there, of: agent) == .ours else { return nil }
        return agent
    }
}
