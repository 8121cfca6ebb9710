import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing
import VaultClient

extension OperatorTests {
    @Test("As a process with the manifests' rights it makes an agent, and clears the vault after it")
    func process() async throws {
        try await withOperatorWorld { world in
            try await ClusterVault.run(beside: world.plane, namespace: OperatorWorld.namespace) { vault in
                try await OperatorProcess.run(in: world, vault: vault) { process in
                    let agent = try await world.agent("demo") {
                        $0.secrets = [AgentSecret(name: "KEY", hosts: ["api.example.com"])]
                    }
                    try await world.agent(agent, .workloadReady, .false, reason: "ClaimUnbound")
                    try await vault.client(.api) { writing in
                        try await vault.client(.gatewayProxy) { reading in
                            let key = SecretReference(
                                owner: OperatorWorld.owner, agent: "demo", name: "KEY", mode: .proxy)
                            let user: @Sendable (String) -> String = { AgentNames.vaultUser(owner: $0) }
                            let reader = VaultSecretReader(proxy: reading, agents: reading, user: user)
                            try await VaultSecretWriter(client: writing, user: user)
                                .write(Secret("not-a-real-key"), to: key)
                            #expect(try await reader.read(key).exposed == "not-a-real-key")
                            try await world.delete(agent)
                            await #expect(throws: SecretFailure.self) { try await reader.read(key) }
                        }
                    }
                    #expect(!process.text.contains("not-a-real-key"))
                }
            }
        }
    }

    /// `PALANA_SCALE_AGENTS=1000` and a release build give the figures of Benchmarks/results (Benchmarks/operator.sh); by
    /// default only that it works is tried.
    @Test("Many agents at once are all made, in bounded time and memory", .timeLimit(.minutes(15)))
    func scale() async throws {
        let count = ProcessInfo.processInfo.environment["PALANA_SCALE_AGENTS"].flatMap { Int($0) } ?? 40
        try await withOperatorWorld { world in
            try await ClusterVault.run(beside: world.plane, namespace: OperatorWorld.namespace) { vault in
                try await OperatorProcess.run(in: world, vault: vault) { _ in try await world.agent("first") }
                try await OperatorTests.make(count - 1, in: world)
                let start = ContinuousClock.now
                try await OperatorProcess.run(in: world, vault: vault) { process in
                    try await until(within: .seconds(600), "\(count) agents are made") {
                        try await Task.sleep(for: .milliseconds(500))
                        return try await world.countOfServedAgents == count
                    }
                    let time = ContinuousClock.now - start
                    print("\(count) agents: \(time) from the operator's start, at most \(process.peakMiB) MiB")
                    #expect(process.peakMiB <= 200)
                }
            }
        }
    }

    /// Agents that nobody reconciles yet; the webhooks of an operator that is gone would refuse them.
    private static func make(_ count: Int, in world: OperatorWorld) async throws {
        try await world.plane.kubectl().must(
            "delete", "mutatingwebhookconfigurations,validatingwebhookconfigurations", "--all")
        let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
        let spec = AgentSpec(owner: OperatorWorld.owner, image: "i:1", suspended: true)
        try await until("the API server asks nobody any more") {
            try await world.client.create(Agent(metadata: ObjectMeta(name: "a0", namespace: home), spec: spec))
            return true
        }
        for index in 1..<count {
            try await world.client.create(Agent(metadata: ObjectMeta(name: "a\(index)", namespace: home), spec: spec))
        }
    }
}

extension OperatorWorld {
    /// How many agents have all that they need but the pod.
    fileprivate var countOfServedAgents: Int {
        get async throws {
            try await client.list(Agent.self).items.count { agent in
                let conditions = agent.status?.conditions ?? []
                return [.namespaceReady, .policyReady, .secretsReady].allSatisfy { conditions[$0]?.status == .true }
            }
        }
    }
}
