import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    @Test("A deleted agent takes everything along, also when half of it is gone already")
    func deletion() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                let made = try await world.agent("demo") {
                    $0.secrets = [AgentSecret(name: "KEY", hosts: ["api.example.com"])]
                }
                let agent = try await world.agent(made, .policyReady, .true)
                let home = agent.id.rawValue
                world.secrets.away(true)
                try await world.client.delete(Agent.self, "demo", in: agent.metadata.namespace)
                // The vault is asked last, and the Agent waits for it.
                try await world.agent(agent, .ready, .false, reason: "VaultUnavailable")
                #expect(try await world.client.find(Namespace.self, home) == nil)
                #expect(try await world.client.find(NetworkPolicy.self, home, in: OperatorWorld.namespace) == nil)
                world.secrets.away(false)
                try await until("the agent is gone") { try await world.current(agent) == nil }
                #expect(Set(world.secrets.all.map(\.mode)) == [.proxy, .agent])
                #expect(world.secrets.all.allSatisfy { $0.owner == OperatorWorld.owner && $0.name == "KEY" })
                // Its port rests.
                let next = try await world.agent(try await world.agent("demo"), .policyReady, .true)
                #expect(next.status?.egressPort == 20_001)
                // Half of it goes first.
                try await world.client.delete(Namespace.self, home)
                try await world.client.delete(NetworkPolicy.self, home, in: OperatorWorld.namespace)
                try await world.delete(next)
                try await until("its namespace is gone") { try await world.client.find(Namespace.self, home) == nil }
            }
        }
    }

    @Test("What is to be kept is kept, and only the same owner's agent of the same name gets it again")
    func retention() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                let made = try await world.agent("keeper") { $0.workspace = Workspace(reclaim: .retain) }
                let agent = try await world.agent(made, .workloadReady, .false, reason: "ClaimUnbound")
                let home = agent.id.rawValue
                let claim = try await world.client.get(PersistentVolumeClaim.self, "data", in: home)
                try await world.delete(agent)
                let kept = try await world.client.get(Namespace.self, home)
                #expect(kept.metadata.labels?["palana.dev/retained"] == "true")
                #expect(kept.metadata.annotations?["palana.dev/owner-sha256"]?.count == 64)
                #expect(try await world.client.find(StatefulSet.self, "agent", in: home) == nil)
                #expect(try await world.client.find(KubernetesService.self, "egress", in: home) == nil)
                #expect(
                    try await world.client.list(NetworkPolicy.self, in: home).items.map(\.metadata.name)
                        == ["default-deny"])
                let again = try await world.agent("keeper") { $0.workspace = Workspace(reclaim: .delete) }
                try await world.agent(again, .workloadReady, .false, reason: "ClaimUnbound")
                let found = try await world.client.get(PersistentVolumeClaim.self, "data", in: home)
                #expect(found.metadata.uid == claim.metadata.uid)
                let adopted = try await world.client.get(Namespace.self, home)
                #expect(adopted.metadata.labels?["palana.dev/retained"] == nil)
                try await world.delete(again)
            }
        }
    }

    @Test("A suspended agent has no pod; a paused one is left alone")
    func suspension() async throws {
        try await withOperatorWorld { world in
            try await world.operating { running in
                let made = try await world.agent("demo")
                let agent = try await world.agent(made, .workloadReady, .false, reason: "ClaimUnbound")
                let home = agent.id.rawValue
                func change(_ body: JSONValue) async throws {
                    try await world.client.patch(Agent.self, "demo", in: agent.metadata.namespace, body)
                }
                func replicas() async throws -> Int? {
                    try await world.client.find(StatefulSet.self, "agent", in: home)?.spec?.replicas
                }
                try await change(["spec": ["suspended": true]])
                let suspended = try await world.agent(agent, .workloadReady, .false, reason: "Suspended")
                #expect(suspended.status?.phase == .suspended)
                #expect(try await replicas() == 0)
                #expect(try await world.client.find(PersistentVolumeClaim.self, "data", in: home) != nil)
                try await change(["metadata": ["annotations": ["palana.dev/paused": "true"]]])
                try await running.settle()
                try await change(["spec": ["suspended": false]])
                try await world.client.delete(NetworkPolicy.self, "default-deny", in: home)
                try await running.settle()
                #expect(try await replicas() == 0)
                #expect(try await world.client.find(NetworkPolicy.self, "default-deny", in: home) == nil)
                try await change(["metadata": ["annotations": ["palana.dev/paused": nil]]])
                try await until("the agent runs again") { try await replicas() == 1 }
                #expect(try await world.client.find(NetworkPolicy.self, "default-deny", in: home) != nil)
            }
        }
    }

    @Test("Owners with odd names never meet, and their rights are theirs alone")
    func owners() async throws {
        try await withOperatorWorld { world in
            let owners = [
                "o'brien+x@ex.co", "o-brien-x@ex.co", String(repeating: "a", count: 200), "\u{e9}va", "e\u{301}va",
                "\u{430}lice@example.com",
            ]
            for (index, owner) in owners.enumerated() { try await world.tenant("t\(index)", owner) }
            try await world.tenant("devs", "developers", kind: .group)
            try await world.operating { _ in
                var homes: Set<String> = []
                for owner in owners {
                    let agent = try await world.agent(try await world.agent("demo", owner: owner), .policyReady, .true)
                    homes.insert(agent.id.rawValue)
                    let binding = try await world.client.get(RoleBinding.self, "owner", in: agent.id.rawValue)
                    #expect(binding.subjects == [.user(owner)])
                }
                #expect(homes.count == owners.count)
                let obrien = try world.plane.kubectl(as: try world.plane.user(owners[0]))
                let own = AgentNames.agent(owner: owners[0], name: "demo").rawValue
                let other = AgentNames.agent(owner: owners[1], name: "demo").rawValue
                #expect(try await obrien.run("get", "pods", "-n", own).succeeded)
                #expect(try await !obrien.run("get", "pods", "-n", other).succeeded)
                #expect(try await !obrien.run("delete", "pods", "--all", "-n", own).succeeded)
                let tenant = AgentNames.tenantNamespace(owner: owners[0])
                #expect(try await obrien.run("get", "agents.palana.dev", "-n", tenant).succeeded)
                let member = try world.plane.kubectl(as: try world.plane.user("dora", groups: ["developers"]))
                let shared = AgentNames.tenantNamespace(owner: "developers")
                try await until("members may use the group's namespace") {
                    try await member.run("get", "agents.palana.dev", "-n", shared).succeeded
                }
                #expect(try await !member.run("get", "agents.palana.dev", "-n", tenant).succeeded)
            }
        }
    }
}
