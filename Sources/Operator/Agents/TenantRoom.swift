import KubernetesClient
import PalanaCore

/// Whether there is room for an agent that nothing was made for yet. Agents that are made in the same moment all pass
/// admission: of those that don't fit together the younger ones wait.
enum TenantRoom {
    /// - Parameters:
    ///   - others: the tenant's agents; the agent itself may be among them.
    ///   - retained: sizes of workspaces that outlived their agent, by its name.
    /// - Returns: nil when there is room.
    static func trouble(
        for agent: Agent, of tenant: Tenant, among others: [Agent], retained: [String: String],
        templates: (String) -> AgentTemplate?
    ) -> Trouble? {
        guard agent.status?.namespace == nil else { return nil }
        let before = others.filter { other in
            guard other.metadata.name != agent.metadata.name else { return false }
            return other.status?.namespace != nil || order(other) < order(agent)
        }
        let problems = TenantLimits(tenant).quotaProblems(agent, before, retained, templates)
        guard !problems.isEmpty else { return nil }
        return Trouble(
            "QuotaExceeded", problems.map(\.description).joined(separator: "; "), retry: .after(.seconds(30)))
    }

    private static func order(_ agent: Agent) -> (Int64, String) {
        (agent.metadata.creationTimestamp?.seconds ?? 0, agent.metadata.name)
    }
}
