import ControllerRuntime
import KubernetesClient
import PalanaCore

/// What kill switches order.
extension ClusterView {
    func order(of agent: Agent, at now: Timestamp) -> ControlOrder {
        let reach = Set([configuration.namespace, agent.metadata.namespace ?? ""])
        return ControlOrder(
            for: agent, switches: reach.flatMap { kills.objects("home", $0) }, host: .cluster,
            platformNamespace: configuration.namespace, now: now)
    }

    /// Those that the switch is for. One in another's place is no agent that anybody serves.
    func agents(heldBy kill: KillSwitch) -> [Agent] {
        agents(inReachOf: kill.metadata.namespace ?? "").filter {
            $0.isInPlace && kill.matches($0, platformNamespace: configuration.namespace)
        }
    }

    /// Those that a switch in this namespace could be for.
    func agents(inReachOf namespace: String) -> [Agent] {
        namespace == configuration.namespace ? agents.objects : agents(in: namespace)
    }

    /// Has everybody looked at who is concerned: the agents at once, what the switches tell of them in time.
    func feedKills(_ queues: OperatorQueues) {
        kills.addHandler { [self] change in
            queues.kills.add(change.key)
            if case .updated(let old, let new) = change, old.spec == new.spec, !new.isTerminating { return }
            for agent in agents(inReachOf: change.key.namespace ?? "") { queues.agents.add(agent.key) }
        }
        agents.informer.addHandler { [self] change in
            addKills(of: change.key.namespace, queues)
        }
        pods.addHandler { [self] change in
            guard let agent = change.key.namespace.flatMap({ agent(id: $0) }) else { return }
            addKills(of: agent.metadata.namespace, queues)
        }
    }

    /// Has all switches looked at: which gateways there are may decide about them.
    func addAllKills(_ queues: OperatorQueues) {
        for key in kills.keys { queues.kills.add(key) }
    }

    private func addKills(of namespace: String?, _ queues: OperatorQueues) {
        for home in Set([configuration.namespace, namespace ?? ""]) {
            for kill in kills.objects("home", home) { queues.kills.add(kill.key, after: .milliseconds(200)) }
        }
    }
}
