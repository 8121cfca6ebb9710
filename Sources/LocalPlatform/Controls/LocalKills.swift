import PalanaCore

/// The kill switches of this machine, and what they order about each agent.
struct LocalKills {
    /// By name. There are no namespaces here, so each of them may reach every agent.
    var switches: [String: KillSwitch] = [:]
    private(set) var orders: [AgentID: ControlOrder] = [:]

    mutating func decide(about agents: [AgentID: Agent], at now: Timestamp) {
        let switches = Array(switches.values)
        orders = agents.mapValues {
            ControlOrder(for: $0, switches: switches, host: .machine, platformNamespace: "", now: now)
        }
    }
}
