public import PalanaCore
public import ServiceLifecycle

/// Drops what is kept of agents that may no longer send: killed, suspended or gone. Without it the values of their
/// secrets would stay in memory until they are too old.
public struct DepartedAgents: Service {
    private let directory: any AgentDirectory
    private let plans: RedactionPlans
    private let forgetSecrets: @Sendable (_ owner: String, _ agent: String) -> Void

    /// - Parameter forgetSecrets: drops the cached values of all secrets of an agent.
    public init(
        directory: any AgentDirectory, plans: RedactionPlans,
        forgetSecrets: @escaping @Sendable (_ owner: String, _ agent: String) -> Void
    ) {
        self.directory = directory
        self.plans = plans
        self.forgetSecrets = forgetSecrets
    }

    /// Follows the directory until shutdown.
    public func run() async {
        var active: [AgentID: AgentSnapshot] = [:]
        for await agents in directory.changes().cancelOnGracefulShutdown() {
            var now: [AgentID: AgentSnapshot] = [:]
            for id in agents {
                guard let agent = directory.agent(id), agent.standing == .active else { continue }
                now[id] = agent
            }
            for (id, agent) in active where now[id] == nil {
                plans.forget(id)
                forgetSecrets(agent.owner, agent.name)
            }
            active = now
        }
    }
}
