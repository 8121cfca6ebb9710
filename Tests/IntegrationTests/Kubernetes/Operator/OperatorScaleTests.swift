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
        try await withOperatorWorld(plane: Self.asShipped) { world in
            try await ClusterVault.run(beside: world.plane, namespace: OperatorWorld.namespace) { vault in
                try await OperatorProcess.run(in: world, vault: vault) { _ in try await world.agent("first") }
                try await OperatorTests.make(count - 1, in: world)
                let before = try world.plane.processorSeconds()
                let start = ContinuousClock.now
                try await OperatorProcess.run(in: world, vault: vault) { process in
                    try await world.waitUntilServed(try await world.client.list(Agent.self).items.map(\.key))
                    let time = ContinuousClock.now - start
                    print("\(count) agents: \(time) from the operator's start, at most \(process.peakMiB) MiB")
                    try await world.report(process, since: before)
                    #expect(process.peakMiB <= 200)
                }
            }
        }
    }

    /// The controller manager with the rates that it has by default.
    private static let asShipped = ControlPlaneConfiguration(
        controllerManagerArguments: ["--kube-api-qps=20", "--kube-api-burst=30"])

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
    /// Until each has all that it needs but the pod. They are asked about one after the other: lists of all would take much
    /// of what the two cores have.
    fileprivate func waitUntilServed(_ agents: [ObjectKey]) async throws {
        for key in agents {
            try await until(within: .seconds(600), "\(key) is made") {
                let agent = try await client.get(Agent.self, key.name, in: key.namespace)
                let conditions = agent.status?.conditions ?? []
                if conditions.isEmpty { try await Task.sleep(for: .milliseconds(500)) }
                return [.namespaceReady, .policyReady, .secretsReady].allSatisfy { conditions[$0]?.status == .true }
            }
        }
    }

    /// Where the time went.
    fileprivate func report(
        _ process: OperatorProcess, since before: [(name: String, seconds: Double)]
    ) async throws {
        let now = try plane.processorSeconds()
        let used =
            [("operator", process.child.processorSeconds)]
            + zip(before, now).map { ($1.name, $1.seconds - $0.seconds) }
        print("core seconds: " + used.map { "\($0.0) \(Int($0.1.rounded()))" }.joined(separator: ", "))
        for request in try await plane.answeredRequests().prefix(40) { print("\(request.count) \(request.kind)") }
    }
}
