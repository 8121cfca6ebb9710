import ClusterGateway
import Foundation
import KubernetesClient
import PalanaCore

/// Objects of a cluster, and an index that has seen some.
struct ClusterSample {
    static let platform = "palana-system"
    static let alice = "alice@example.com"
    static let bob = "bob@example.com"
    static let start = Timestamp("2026-01-01T00:00:00Z") ?? .now()

    var index = ClusterIndex()
    var now = start

    init(synced: Bool = true) {
        if synced { sync() }
    }

    mutating func sync(but left: ClusterInput? = nil) {
        for input in ClusterInput.allCases where input != left { apply(.synced(input)) }
    }

    @discardableResult
    mutating func apply(_ change: ClusterChange) -> Set<AgentID> { index.apply(change, at: now) }

    /// An agent with all that the operator makes for it: port, Service and one pod.
    @discardableResult
    mutating func add(
        _ name: String = "demo", of owner: String = alice, port: Int = 20_000, pod: String = "10.1.0.1",
        _ change: (inout Agent) -> Void = { _ in }
    ) -> AgentID {
        let agent = Self.agent(name, of: owner, port: port, change)
        apply(.agent(agent))
        apply(.service(Self.service(in: agent.id, address: "10.96.0.1")))
        apply(.pod(Self.pod(in: agent.id.rawValue, pod)))
        return agent.id
    }

    static func agent(
        _ name: String = "demo", of owner: String = alice, port: Int? = 20_000,
        _ change: (inout Agent) -> Void = { _ in }
    ) -> Agent {
        var agent = Agent(
            metadata: ObjectMeta(name: name, namespace: AgentNames.tenantNamespace(owner: owner)),
            spec: AgentSpec(owner: owner), status: AgentStatus(egressPort: port))
        change(&agent)
        return agent
    }

    static func service(in agent: AgentID, address: String?, name: String = "egress") -> KubernetesService {
        KubernetesService(
            metadata: ObjectMeta(name: name, namespace: agent.rawValue), spec: .init(clusterIP: address))
    }

    static func pod(
        in namespace: String, _ address: String?, name: String = "agent-0", phase: String = "Running",
        created: Timestamp? = nil, hostNetwork: Bool? = nil
    ) -> Pod {
        Pod(
            metadata: ObjectMeta(name: name, namespace: namespace, creationTimestamp: created),
            spec: hostNetwork.map { PodSpec(containers: [], hostNetwork: $0) },
            status: .init(phase: phase, podIP: address, hostIP: "192.0.2.1"))
    }

    static func killSwitch(
        _ target: KillTarget, in namespace: String = platform, name: String = "stop",
        level: KillSwitchSpec.Level? = nil, until: Timestamp? = nil
    ) -> KillSwitch {
        KillSwitch(
            metadata: ObjectMeta(name: name, namespace: namespace),
            spec: KillSwitchSpec(target: target, level: level, reason: "test", expiresAt: until))
    }
}

extension Timestamp {
    func adding(_ seconds: Int64) -> Timestamp { Timestamp(date.addingTimeInterval(Double(seconds))) }
}
