import ControllerRuntime
import KubernetesClient
import PalanaCore

/// Clears away namespaces whose Agent is gone: what runs there is in nobody's list, so neither quota nor kill switch
/// reaches it.
struct StrayReconciler: Sendable {
    let client: KubernetesClient
    let view: ClusterView
    let events: EventRecorder
    let removal: AgentRemoval

    func reconcile(_ key: ObjectKey) async throws -> ReconcileOutcome {
        guard view.agent(id: key.name) == nil, let seen = view.namespaces.object(key),
            let wanted = StrayNamespace.agent(of: seen)
        else { return .done }
        // Both are asked for anew, for watches may lag: the Agent first, since it goes only after its namespace says that it
        // is kept. An Agent that can't be read is there, and ends this with an error.
        guard try await client.find(Agent.self, wanted.metadata.name, in: wanted.metadata.namespace) == nil,
            let there = try await client.find(Namespace.self, key.name), let agent = StrayNamespace.agent(of: there)
        else { return .requeue(after: view.configuration.strayRest) }
        events.record(
            .warning, about: there, reason: "AgentGone",
            message: "its Agent went without clearing up, so what was made for it is cleared away now")
        _ = try await removal.clear(agent)
        return .requeue(after: view.configuration.strayRest)
    }
}
