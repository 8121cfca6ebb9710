import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("What is made for one agent")
struct AgentPlanTests {
    private let plan = OperatorSamples.plan()
    private let home = OperatorSamples.agent().id.rawValue

    @Test("carries the labels by which it finds back to its agent")
    func labels() throws {
        let objects: [ObjectMeta] = [
            plan.namespace.metadata, plan.account.metadata, plan.role.metadata, plan.binding.metadata,
            plan.quota().metadata, plan.limits.metadata, plan.claim.metadata, plan.closed.metadata,
            plan.openings(port: 20_000, PeerMeetings(of: plan.agent) { _ in nil }).metadata,
            plan.admission(port: 20_000).metadata, plan.egress(port: 20_000).metadata,
            plan.slice(port: 20_000, []).metadata,
            try plan.workload(egressAddresses: ["10.96.0.9"], PodScheduling()).metadata,
        ]
        for metadata in objects {
            #expect(metadata.labels?["palana.dev/agent"] == home)
            #expect(metadata.labels?["palana.dev/agent-name"] == "demo")
            #expect(metadata.labels?["palana.dev/owner-hash"]?.count == 10)
            #expect(metadata.labels?["app.kubernetes.io/managed-by"] == "palana")
        }
    }

    @Test("starts with a namespace that newer clusters guard by themselves, too")
    func namespace() {
        let namespace = plan.namespace
        #expect(namespace.metadata.name == home)
        #expect(namespace.metadata.labels?["kubernetes.io/metadata.name"] == home)
        #expect(namespace.metadata.labels?["pod-security.kubernetes.io/enforce"] == "restricted")
        #expect(namespace.metadata.annotations?["palana.dev/owner"] == OperatorSamples.owner)
        #expect(
            namespace.metadata.annotations?["palana.dev/owner-sha256"]
                == "ff8d9819fc0e12bf0d24892e45987e249a28dce836a85cad60e28eaaa8c6d976")
    }

    @Test(
        "gives the raw owner their rights, whatever stands in the name",
        arguments: [
            "o'brien+x@ex.co", String(repeating: "a", count: 200), "аlice@example.com", "system:masters-not",
        ])
    func owner(_ owner: String) {
        let plan = OperatorSamples.plan(OperatorSamples.agent(owner: owner))
        #expect(plan.binding.subjects == [.user(owner)])
        #expect(plan.home.utf8.count <= 63)
        let group = AgentPlan(agent: plan.agent, ownerKind: .group, configuration: plan.configuration)
        #expect(group.binding.subjects == [.group(owner)])
        #expect(plan.role.rules?.flatMap { $0.resources ?? [] } == ["pods", "pods/log", "pods/exec"])
    }

    @Test("never shares a namespace with another owner's or another agent's")
    func collisions() {
        let owners = [
            "o'brien+x@ex.co", "o-brien-x@ex.co", "O'Brien+x@ex.co", "o'brien x@ex.co", "аlice", "alice", "ALICE",
            String(repeating: "a", count: 200), String(repeating: "a", count: 201), "é", "e\u{301}",
        ]
        let homes = owners.flatMap { owner in
            ["demo", "demo-2"].map { AgentNames.agent(owner: owner, name: $0).rawValue }
        }
        #expect(Set(homes).count == owners.count * 2)
        #expect(Set(owners.map(OwnerMark.digest)).count == owners.count)
    }

    @Test("bounds what its pods use, in the API server's own spelling")
    func bounds() {
        let agent = OperatorSamples.agent {
            $0.spec.resources = Resources(limits: .init(cpu: "0.5", memory: "1024Mi"))
            $0.spec.workspace = Workspace(size: "2048Mi", storageClassName: "fast")
        }
        let plan = OperatorSamples.plan(agent)
        #expect(plan.quota().spec?.hard?["limits.cpu"] == "500m")
        #expect(plan.quota().spec?.hard?["limits.memory"] == "1Gi")
        #expect(plan.quota().spec?.hard?["pods"] == "1")
        #expect(plan.limits.spec?.limits?.first?.max == ["cpu": "500m", "memory": "1Gi"])
        #expect(plan.claim.spec?.resources?.requests == ["storage": "2Gi"])
        #expect(plan.claim.spec?.storageClassName == "fast")
    }

    @Test("leaves room for what a runtime class needs itself, which quotas count")
    func overhead() {
        let plan = OperatorSamples.plan(
            OperatorSamples.agent { $0.spec.resources = Resources(limits: .init(cpu: "0.5", memory: "1Gi")) })
        let hard = plan.quota(overhead: ["cpu": "250m", "memory": "160Mi"]).spec?.hard
        #expect(hard?["limits.cpu"] == "750m")
        #expect(hard?["limits.memory"] == "1184Mi")
        #expect(plan.limits.spec?.limits?.first?.max == ["cpu": "500m", "memory": "1Gi"])
        #expect(plan.quota(overhead: ["cpu": "1e3", "memory": "0"]).spec?.hard?["limits.cpu"] == "500m")
    }

    @Test("dials the gateway on well-known ports and lands on its own")
    func egress() {
        let ports = plan.egress(port: 20_007).spec?.ports ?? []
        #expect(ports.map(\.port) == [3_128, 443, 80, 53, 53])
        #expect(ports.map(\.protocol) == ["TCP", "TCP", "TCP", "UDP", "TCP"])
        #expect(
            ports.map(\.targetPort) == [.int(20_007), .int(20_007), .int(20_007), .int(30_007), .int(30_007)])
        let slice = plan.slice(
            port: 20_007, [OperatorSamples.gateway("g-0", "10.1.0.1"), OperatorSamples.gateway("g-1", "fd00::1")])
        #expect(slice.endpoints?.map(\.addresses) == [["10.1.0.1"]])
        #expect(slice.ports?.map(\.name) == ports.map(\.name))
        #expect(slice.ports?.map(\.port) == [20_007, 20_007, 20_007, 30_007, 30_007])
        #expect(slice.metadata.labels?["kubernetes.io/service-name"] == "egress")
        #expect(slice.metadata.labels?["endpointslice.kubernetes.io/managed-by"] == "palana.dev")
    }

    @Test("runs one pod, hardened as every pod of the namespace, and none while suspended")
    func workload() throws {
        let agent = OperatorSamples.agent {
            $0.spec.command = ["python3", "agent.py"]
            $0.spec.env = [EnvironmentVariable(name: "LOG_LEVEL", value: "info")]
            $0.spec.runtimeClassName = "gvisor"
            $0.spec.secrets = [AgentSecret(name: "KEY", hosts: ["api.example.com"])]
            $0.status = AgentStatus(placeholders: [.init(secret: "KEY", value: "palana-KEY-x")])
        }
        var set = try OperatorSamples.plan(agent).workload(egressAddresses: ["10.96.0.9"], PodScheduling())
        let pod = try #require(set.spec?.template?.spec)
        let container = try #require(pod.containers?.first)
        let env = Dictionary((container.env ?? []).map { ($0.name, $0.value) }) { first, _ in first }
        #expect(set.spec?.replicas == 1)
        #expect(container.command == ["python3", "agent.py"])
        #expect(env["LOG_LEVEL"] == "info")
        #expect(env["KEY"] == "palana-KEY-x")
        #expect(env["HTTPS_PROXY"] == "http://10.96.0.9:3128")
        #expect(pod.dnsConfig?.nameservers == ["10.96.0.9"])
        #expect(pod.enableServiceLinks == false)
        #expect(pod.automountServiceAccountToken == false)
        #expect(pod.serviceAccountName == "agent")
        #expect(pod.runtimeClassName == "gvisor")
        #expect(pod.securityContext?.runAsNonRoot == true)
        #expect(container.securityContext?.readOnlyRootFilesystem == true)
        #expect(container.securityContext?.capabilities?.drop == ["ALL"])
        #expect(pod.volumes?.contains { $0.persistentVolumeClaim?.claimName == "data" } == true)
        var suspended = agent
        suspended.spec.suspended = true
        set = try OperatorSamples.plan(suspended).workload(egressAddresses: ["10.96.0.9"], PodScheduling())
        #expect(set.spec?.replicas == 0)
    }

    @Test("is applied anew when something is taken out of the Agent again")
    func digest() throws {
        let with = OperatorSamples.agent { $0.spec.command = ["sh"] }
        let before = try OperatorSamples.plan(with).workload(egressAddresses: ["10.96.0.9"], PodScheduling())
        let after = try plan.workload(egressAddresses: ["10.96.0.9"], PodScheduling())
        #expect(!after.isCovered(by: before))
        #expect(try plan.workload(egressAddresses: ["10.96.0.9"], PodScheduling()) == after)
    }

    @Test("can't be without an image")
    func image() {
        let trouble = #expect(throws: Trouble.self) {
            try OperatorSamples.plan(OperatorSamples.agent { $0.spec.image = nil })
                .workload(egressAddresses: ["10.96.0.9"], PodScheduling())
        }
        #expect(trouble?.reason == "ImageMissing")
    }

    @Test(
        "writes quantities as they come back",
        arguments: [
            ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("2Gi", "2Gi"), ("2000", "2k"), ("1500M", "1500M"), ("1G", "1G"),
            ("nonsense", "nonsense"),
        ])
    func bytes(_ text: String, _ canonical: String) {
        #expect(CanonicalQuantity.bytes(text) == canonical)
    }

    @Test(
        "writes cores as they come back", arguments: [("0.5", "500m"), ("1000m", "1"), ("2", "2"), ("1500m", "1500m")])
    func cores(_ text: String, _ canonical: String) {
        #expect(CanonicalQuantity.cores(text) == canonical)
    }
}
