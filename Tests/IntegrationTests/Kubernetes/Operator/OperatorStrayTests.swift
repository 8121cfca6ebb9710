import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    @Test("An agent whose finalizer somebody took off leaves nothing behind but what it was to keep")
    func strays() async throws {
        try await withOperatorWorld {
            $0.strayRest = .seconds(1)
        } _: { world in
            let client = world.client
            var agents: [Agent] = []
            try await world.operating { _ in
                let gone = try await world.agent("gone")
                let kept = try await world.agent("kept") { $0.workspace = Workspace(reclaim: .retain) }
                for agent in [gone, kept] { try await world.agent(agent, .policyReady, .true) }
            }
            for name in ["gone", "kept"] {
                let agent = try await client.get(
                    Agent.self, name, in: AgentNames.tenantNamespace(owner: OperatorWorld.owner))
                agents.append(agent)
                try await client.patch(
                    Agent.self, name, in: agent.metadata.namespace, ["metadata": ["finalizers": .null]])
                try await world.delete(agent)
            }
            let (gone, kept) = (agents[0].id.rawValue, agents[1].id.rawValue)
            try await world.operating { _ in
                let other = try await world.agent(try await world.agent("other"), .policyReady, .true)
                try await until("what was left behind is gone") {
                    try await client.find(Namespace.self, gone) == nil
                }
                try await until("what is to be kept is marked so") {
                    try await client.get(Namespace.self, kept).metadata.labels?["palana.dev/retained"] == "true"
                }
                for home in [gone, kept] {
                    #expect(try await client.find(NetworkPolicy.self, home, in: OperatorWorld.namespace) == nil)
                }
                #expect(try await client.find(StatefulSet.self, "agent", in: kept) == nil)
                #expect(try await client.find(PersistentVolumeClaim.self, "data", in: kept) != nil)
                #expect(try await client.find(StatefulSet.self, "agent", in: other.id.rawValue) != nil)
            }
        }
    }
}
