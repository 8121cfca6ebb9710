public import KubernetesClient
public import PalanaCore

/// What the gateway learns from the API server, kind by kind. It serves nothing before it has seen all of them once: with
/// a kill switch still to come, an agent that is killed would look free.
public enum ClusterInput: String, Sendable, CaseIterable {
    case agents, templates, policies, killSwitches, pods, services
}

/// One object as it is now, or that it is gone.
public enum ClusterChange: Sendable {
    case agent(Agent)
    case template(AgentTemplate)
    case policy(EgressPolicy)
    case killSwitch(KillSwitch)
    case pod(Pod)
    case service(KubernetesService)
    case gone(ClusterInput, ObjectKey)
    /// It is there and can't be read, for instance because a later release wrote it. What it grants doesn't count; what it
    /// forbids, nobody knows, so the most that it could.
    case unreadable(ClusterInput, ObjectKey, problem: String)
    /// Everything of this kind that there was has been told.
    case synced(ClusterInput)
}
