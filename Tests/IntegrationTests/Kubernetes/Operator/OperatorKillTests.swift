import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    private static func kill(_ level: KillSwitchSpec.Level, until end: Timestamp? = nil) -> KillSwitch {
        KillSwitch(
            metadata: ObjectMeta(name: "k", namespace: OperatorWorld.namespace),
            spec: KillSwitchSpec(
                target: KillTarget(owner: OperatorWorld.owner), level: level, reason: "a test", expiresAt: end))
    }

    private static func status(_ world: OperatorWorld) async throws -> KillSwitchStatus? {
        try await world.client.find(KillSwitch.self, "k", in: OperatorWorld.namespace)?.status
    }

    /// Whether the workload of a namespace has no pod, and is to have none.
    private static func isStopped(_ home: String, _ world: OperatorWorld) async throws -> Bool {
        guard try await replicas(home, world) == 0 else { return false }
        return try await world.client.list(Pod.self, in: home).items.isEmpty
    }

    private static func replicas(_ home: String, _ world: OperatorWorld) async throws -> Int? {
        try await world.client.find(StatefulSet.self, "agent", in: home)?.spec?.replicas
    }

    @Test("A kill switch takes what it says from the workload, and gives it back when it goes")
    func killed() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                let agent = try await world.agent(
                    try await world.agent("demo"), .workloadReady, .false, reason: "ClaimUnbound")
                let home = agent.id.rawValue
                try await world.client.create(Self.kill(.freeze))
                let frozen = try await world.agent(agent, .killed, .true, reason: "Network")
                #expect(frozen.status?.phase == .killed)
                #expect(try await Self.replicas(home, world) == 1)
                try await until("the switch says what it comes to") {
                    try await Self.status(world)?.effectiveLevel == .network
                }
                let raise: JSONValue = ["spec": ["level": "suspend"]]
                try await world.client.patch(KillSwitch.self, "k", in: OperatorWorld.namespace, raise)
                try await world.agent(agent, .killed, .true, reason: "Suspend")
                try await until("no pod is left") {
                    try await Self.isStopped(home, world)
                }
                try await until("the switch tells when") {
                    try await Self.status(world)?.agents?.first?.effectiveAt != nil
                }
                #expect(try await Self.status(world)?.conditions?[.ready]?.status == .true)
                try await world.client.delete(KillSwitch.self, "k", in: OperatorWorld.namespace)
                try await world.agent(agent, .killed, .false, reason: "Released")
                try await until("it has its pod again") { try await Self.replicas(home, world) == 1 }
                // One that ends by itself does the same.
                let end = Timestamp(Date(timeIntervalSinceNow: 4))
                try await world.client.create(Self.kill(.suspend, until: end))
                try await until("it is suspended") { try await Self.replicas(home, world) == 0 }
                try await until("it has its pod again") { try await Self.replicas(home, world) == 1 }
                #expect(Timestamp.now() >= end)
            }
        }
    }

    @Test("A kill ends the pod of an agent whose owner holds up what comes before the workload")
    func held() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                let agent = try await world.agent(
                    try await world.agent("demo"), .workloadReady, .false, reason: "ClaimUnbound")
                let home = agent.id.rawValue
                let away: JSONValue = ["spec": ["template": "there-is-none"]]
                try await world.client.patch(Agent.self, "demo", in: agent.metadata.namespace, away)
                try await world.agent(agent, .workloadReady, .false, reason: "TemplateMissing")
                #expect(try await !world.client.list(Pod.self, in: home).items.isEmpty)
                try await world.client.create(Self.kill(.suspend))
                try await until("no pod is left") {
                    try await Self.isStopped(home, world)
                }
            }
        }
    }

    @Test("A kill switch that terminates deletes agents, also one that its owner has paused, and those made later")
    func terminated() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                let agent = try await world.agent(
                    try await world.agent("demo"), .workloadReady, .false, reason: "ClaimUnbound")
                let paused: JSONValue = ["metadata": ["annotations": ["palana.dev/paused": "true"]]]
                try await world.client.patch(Agent.self, "demo", in: agent.metadata.namespace, paused)
                try await world.client.create(Self.kill(.terminate))
                try await until("the agent is gone") { try await world.current(agent) == nil }
                try await until("the switch tells when") {
                    try await Self.status(world)?.agents?.first?.effectiveAt != nil
                }
                let next = try await world.agent("next")
                try await until("the next one is gone, too") { try await world.current(next) == nil }
            }
        }
    }
}
