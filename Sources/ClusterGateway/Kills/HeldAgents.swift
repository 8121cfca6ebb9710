import KubernetesClient
public import PalanaCore

/// Whom one kill switch that is in force holds.
public struct HeldAgents: Hashable, Sendable {
    public var kill: KillSwitch
    public var agents: [AgentID: Agent]

    public init(kill: KillSwitch, agents: [AgentID: Agent]) {
        self.kill = kill
        self.agents = agents
    }

    /// Of the switch; another one of the same name has another.
    var uid: String { kill.metadata.uid ?? "\(kill.key)" }
}
