import ControllerRuntime
import KubernetesClient
import PalanaCore

/// The queues of what is to be looked at.
struct OperatorQueues: Sendable {
    /// The one key of the queue of assignments: all agents are decided about together.
    static let assignment = "assignments"

    let tenants = WorkQueue<ObjectKey>()
    let agents = WorkQueue<ObjectKey>()
    let assignments = WorkQueue<String>()
    let kills = WorkQueue<ObjectKey>()
    /// Namespaces that may have no Agent any more.
    let strays = WorkQueue<ObjectKey>()
}

/// Which changes make whom to be looked at.
extension ClusterView {
    /// Changes of what was made come in bursts, most of them our own: they are looked at together.
    private static let pause = Duration.milliseconds(200)

    /// Fills the queues from now on, beginning with all that there is.
    func feed(_ queues: OperatorQueues) {
        agents.informer.addHandler { [self] change in
            queues.agents.add(change.key)
            queues.assignments.add(OperatorQueues.assignment, after: Self.pause)
            if case .deleted(let agent) = change {
                queues.strays.add(ObjectKey(agent.id.rawValue), after: configuration.strayRest)
            }
            for id in Self.concerned(by: change) {
                for other in agents.informer.objects("id", id) { queues.agents.add(other.key, after: Self.pause) }
            }
        }
        tenants.informer.addHandler { [self] change in
            queues.tenants.add(change.key)
            for agent in agents.informer.objects("home", change.object.namespace) { queues.agents.add(agent.key) }
        }
        templates.addHandler { [self] change in
            for agent in agents.informer.objects("template", change.key.name) { queues.agents.add(agent.key) }
            queues.assignments.add(OperatorQueues.assignment, after: Self.pause)
        }
        runtimeClasses.addHandler { [self] change in
            for agent in agents.informer.objects("runtimeClass", change.key.name) { queues.agents.add(agent.key) }
        }
        namespaces.informer.addHandler { [self] change in
            for tenant in tenants.informer.objects("home", change.key.name) { queues.tenants.add(tenant.key) }
            for agent in agents.informer.objects("id", change.key.name) { queues.agents.add(agent.key) }
            if change.object.metadata.labels?[AgentObjectNames.agentLabel] != nil {
                queues.strays.add(change.key, after: configuration.strayRest)
            }
        }
        feedOwned(queues)
        feedKills(queues)
        gateways.addHandler { [self] change in
            addAllKills(queues)
            guard Self.isNews(change) else { return }
            addAll(queues)
        }
        platformMaps.informer.addHandler { [self] change in
            if change.key.name == configuration.certificates { addAll(queues) }
            if change.key.name == PortLedger.name {
                queues.assignments.add(OperatorQueues.assignment, after: Self.pause)
            }
        }
    }

    private func feedOwned(_ queues: OperatorQueues) {
        func follow<Object: KubernetesObject>(_ informer: Informer<Object>) {
            informer.addHandler { [self] change in
                guard let id = change.object.metadata.labels?[AgentObjectNames.agentLabel] else { return }
                for agent in agents.informer.objects("id", id) { queues.agents.add(agent.key, after: Self.pause) }
            }
        }
        follow(roles.informer)
        follow(accounts.informer)
        follow(quotas.informer)
        follow(limits.informer)
        follow(claims.informer)
        follow(certificates.informer)
        follow(policies.informer)
        follow(services.informer)
        follow(slices.informer)
        follow(workloads.informer)
        follow(pods)
        follow(bindings.informer)
        func followTenants<Object: KubernetesObject>(_ informer: Informer<Object>) {
            informer.addHandler { [self] change in
                guard let home = change.key.namespace else { return }
                for tenant in tenants.informer.objects("home", home) {
                    queues.tenants.add(tenant.key, after: Self.pause)
                }
            }
        }
        followTenants(bindings.informer)
        followTenants(quotas.informer)
    }

    private func addAll(_ queues: OperatorQueues) {
        for key in agents.informer.keys { queues.agents.add(key, after: Self.pause) }
    }

    /// Those that a changed agent names, now or before, as ones to meet.
    private static func concerned(by change: InformerChange<Agent>) -> Set<String> {
        var agents = [change.object]
        if case .updated(let old, let new) = change {
            guard old.spec != new.spec || old.isTerminating != new.isTerminating else { return [] }
            agents.append(old)
        }
        return Set(agents.flatMap { PeerMeetings.named(by: $0) }.map(\.rawValue))
    }

    /// A gateway's pod says a lot about itself that concerns nobody.
    private static func isNews(_ change: InformerChange<ObservedPod>) -> Bool {
        guard case .updated(let old, let new) = change else { return true }
        return old.isReady != new.isReady || old.status?.podIP != new.status?.podIP
    }
}
