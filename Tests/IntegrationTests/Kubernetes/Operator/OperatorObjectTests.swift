import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

/// On real control planes, one after the other: each takes half a gigabyte.
@Suite("The operator on a control plane", .serialized, .timeLimit(.minutes(10)))
struct OperatorTests {}

extension OperatorTests {
    @Test("One agent gets everything that the design lists; a second look sends nothing; drift is put back")
    func objects() async throws {
        try await withOperatorWorld { world in
            try await world.operating { running in
                let made = try await world.agent("demo") {
                    $0.secrets = [AgentSecret(name: "KEY", hosts: ["api.example.com"])]
                }
                let agent = try await world.agent(made, .workloadReady, .false, reason: "ClaimUnbound")
                try await OperatorTests.compare(agent, in: world)
                try await OperatorTests.secondLook(agent, running, in: world)
                try await OperatorTests.drift(agent, in: world)
                try await running.settle()
                try await OperatorTests.compare(agent, in: world)
                let home = agent.id.rawValue
                try await world.pod("agent-0", in: home, address: "10.2.0.1")
                let ready = try await world.agent(agent, .ready, .true)
                #expect(ready.status?.phase == .running)
                try await until("an Event says that it runs") {
                    try await world.client.list(Event.self, in: agent.metadata.namespace).items
                        .contains { $0.involvedObject?.name == "demo" && $0.reason == "Running" }
                }
            }
        }
    }

    /// All objects in the agent's namespace and what matters in them.
    private static func compare(_ agent: Agent, in world: OperatorWorld) async throws {
        let home = agent.id.rawValue
        let client = world.client
        let port = try #require(agent.status?.egressPort)
        #expect(port == 20_000)
        #expect(agent.status?.namespace == home)
        #expect(agent.metadata.finalizers == ["palana.dev/agent"])
        let placeholder = try #require(agent.status?.placeholders?.first?.value)
        let namespace = try await client.get(Namespace.self, home)
        #expect(namespace.metadata.labels?["palana.dev/agent"] == home)
        #expect(namespace.metadata.labels?["kubernetes.io/metadata.name"] == home)
        let account = try await client.get(ServiceAccount.self, "agent", in: home)
        #expect(account.automountServiceAccountToken == false)
        let binding = try await client.get(RoleBinding.self, "owner", in: home)
        #expect(binding.subjects == [.user(OperatorWorld.owner)])
        #expect(binding.roleRef == .role("owner"))
        #expect(try await client.get(ResourceQuota.self, "agent", in: home).spec?.hard?["pods"] == "1")
        #expect(try await client.get(LimitRange.self, "agent", in: home).spec?.limits?.count == 1)
        #expect(
            try await client.get(PersistentVolumeClaim.self, "data", in: home).spec?.resources?.requests
                == ["storage": "10Gi"])
        let bundle = try await client.get(ConfigMap.self, "ca-bundle", in: home)
        #expect(bundle.data?["ca-certificates.crt"]?.contains("BEGIN CERTIFICATE") == true)
        #expect(bundle.binaryData?["cacerts"]?.prefix(4) == Data([0xfe, 0xed, 0xfe, 0xed]))
        let policies = try await client.list(NetworkPolicy.self, in: home).items.map(\.metadata.name)
        #expect(Set(policies) == ["default-deny", "agent"])
        #expect(try await client.find(NetworkPolicy.self, home, in: OperatorWorld.namespace) != nil)
        let service = try await client.get(KubernetesService.self, "egress", in: home)
        let address = try #require(service.spec?.clusterIP)
        let slices = try await client.list(EndpointSlice.self, in: home).items
        #expect(slices.flatMap { $0.endpoints ?? [] }.map(\.addresses) == [["10.1.0.1"]])
        let set = try await client.get(StatefulSet.self, "agent", in: home)
        #expect(set.spec?.replicas == 1)
        let container = try #require(set.spec?.template?.spec?.containers?.first)
        #expect(container.env?.contains { $0.name == "KEY" && $0.value == placeholder } == true)
        #expect(container.env?.contains { $0.name == "https_proxy" && $0.value == "http://\(address):3128" } == true)
        #expect(set.metadata.labels?["palana.dev/agent"] == home)
    }

    /// Something that changes nothing has the operator look again.
    private static func secondLook(
        _ agent: Agent, _ running: RunningOperator, in world: OperatorWorld
    ) async throws {
        try await running.settle()
        let before = running.client.requests
        try await world.client.patch(
            Agent.self, agent.metadata.name, in: agent.metadata.namespace,
            ["metadata": ["annotations": ["look": "again"]]])
        try await world.client.patch(
            Namespace.self, agent.id.rawValue, ["metadata": ["annotations": ["look": "again"]]])
        try await running.settle()
        #expect(running.client.requests == before)
    }

    private static func drift(_ agent: Agent, in world: OperatorWorld) async throws {
        let (home, client) = (agent.id.rawValue, world.client)
        try await client.delete(NetworkPolicy.self, "default-deny", in: home)
        try await client.delete(NetworkPolicy.self, home, in: OperatorWorld.namespace)
        try await client.delete(RoleBinding.self, "owner", in: home)
        try await client.create(
            RoleBinding(
                metadata: ObjectMeta(name: "owner", namespace: home), subjects: [.user("mallory")],
                roleRef: .clusterRole("cluster-admin")))
        try await client.patch(
            NetworkPolicy.self, "agent", in: home,
            ["spec": ["egress": [[:]], "podSelector": ["matchLabels": ["a": "b"]]]])
        try await client.patch(Namespace.self, home, ["metadata": ["labels": ["palana.dev/agent-name": .null]]])
        try await client.patch(StatefulSet.self, "agent", in: home, ["spec": ["replicas": 7]])
        try await client.patch(ConfigMap.self, "ca-bundle", in: home, ["data": ["ca-certificates.crt": "forged"]])
        try await client.patch(
            ServiceAccount.self, "agent", in: home,
            ["metadata": ["labels": .null], "automountServiceAccountToken": true])
        try await client.delete(KubernetesService.self, "egress", in: home)
        var drifted: [String] = []
        do {
            try await until("drift is put back") {
                drifted = try await Self.drifted(home, client)
                return drifted.isEmpty
            }
        } catch {
            throw ControlPlaneFailure("\(error): \(drifted.joined(separator: ", "))")
        }
    }

    /// What is not as the operator made it.
    private static func drifted(_ home: String, _ client: KubernetesClient) async throws -> [String] {
        let binding = try await client.find(RoleBinding.self, "owner", in: home)
        let policy = try await client.find(NetworkPolicy.self, "agent", in: home)
        let set = try await client.find(StatefulSet.self, "agent", in: home)
        let bundle = try await client.find(ConfigMap.self, "ca-bundle", in: home)
        let account = try await client.find(ServiceAccount.self, "agent", in: home)
        let namespace = try await client.find(Namespace.self, home)
        let closed = try await client.find(NetworkPolicy.self, "default-deny", in: home)
        let admission = try await client.find(NetworkPolicy.self, home, in: OperatorWorld.namespace)
        let service = try await client.find(KubernetesService.self, "egress", in: home)
        let isBack = [
            "binding": binding?.subjects == [.user(OperatorWorld.owner)], "default-deny": closed != nil,
            "admission": admission != nil, "service": service != nil,
            "selector": policy?.spec?.podSelector == LabelSelector(),
            "egress": policy?.spec?.egress?.first?.to?.count == 1, "replicas": set?.spec?.replicas == 1,
            "bundle": bundle?.data?["ca-certificates.crt"] != "forged",
            "account": account?.automountServiceAccountToken == false,
            "labels": namespace?.metadata.labels?["palana.dev/agent-name"] == "demo",
        ]
        return isBack.filter { !$0.value }.keys.sorted()
    }
}
