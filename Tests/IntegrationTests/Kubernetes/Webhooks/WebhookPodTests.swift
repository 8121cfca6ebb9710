import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

@Suite("Pods in agents' namespaces, on a real API server", .serialized)
struct WebhookPodTests {
    @Test(
        "the agent's own pod and one made by hand are hardened, anything else is refused; a webhook that is down blocks agents alone",
        .timeLimit(.minutes(5)))
    func pods() async throws {
        try await withOperatorWorld { world in
            try await world.admitting { _, webhooks in
                let agent = try await world.agent("demo") {
                    $0.secrets = [AgentSecret(name: "KEY", hosts: ["a.example.com"])]
                }
                let home = agent.id.rawValue
                try await until("the workload's pod") {
                    try await world.client.find(Pod.self, "agent-0", in: home) != nil
                }
                try await expectHardened("agent-0", home, world)

                // The quota has room for one pod.
                try await world.client.patch(
                    Agent.self, "demo", in: agent.metadata.namespace, ["spec": ["suspended": true]])
                let admin = try world.plane.kubectl(namespace: home)
                let pod = WebhookManifests.pod("by-hand", in: home, "{containers: [{name: c, image: i}]}")
                try await until("the quota takes another pod") {
                    let result = try await world.apply(pod, as: admin)
                    guard !result.succeeded else { return true }
                    guard result.error.contains("exceeded quota") else { throw ControlPlaneFailure("\(result)") }
                    return false
                }
                try await expectHardened("by-hand", home, world)
                try await refusals(admin, home)

                // Nothing is written when everything is as it must be.
                let before = webhooks.client.requests.total
                try await webhooks.reconciler.reconcile()
                #expect(webhooks.client.requests.total - before == 2)
            }
            try await outage(world)
        }
    }

    private func expectHardened(_ name: String, _ home: String, _ world: OperatorWorld) async throws {
        let text = try await world.plane.kubectl(namespace: home).json("pod", name)
        let pod = try JSONDecoder().decode(JSONValue.self, from: text)
        let spec = try #require(pod["spec"])
        #expect(spec["serviceAccountName"] == "agent" && spec["automountServiceAccountToken"] == false)
        #expect(spec["dnsPolicy"] == "None" && spec["enableServiceLinks"] == false)
        let address = try await world.client.get(KubernetesService.self, "egress", in: home).spec?.clusterIP ?? "-"
        #expect(spec["dnsConfig"]?["nameservers"] == [.string(address)])
        let volumes = text.count > 0 ? "\(spec["volumes"] ?? .null)" : ""
        #expect(!volumes.contains("token"), "\(volumes)")
        guard case .array(let containers)? = spec["containers"], let container = containers.first,
            case .array(let env)? = container["env"]
        else { throw ControlPlaneFailure("no container in \(name)") }
        #expect(container["securityContext"]?["readOnlyRootFilesystem"] == true)
        #expect(env.contains(["name": "HTTPS_PROXY", "value": .string("http://\(address):3128")]))
        #expect(env.contains { $0["name"] == "KEY" && $0["value"] != nil })
        let names = env.map { $0["name"] }
        #expect(Set(names).count == names.count)
    }

    private func refusals(_ admin: Kubectl, _ home: String) async throws {
        for (spec, field) in [
            ("{hostNetwork: true, containers: [{name: c, image: i}]}", "spec.hostNetwork"),
            // The API server itself finds that it contradicts our hardening, before the validation is asked.
            ("{containers: [{name: c, image: i, securityContext: {privileged: true}}]}", "`privileged`"),
            (
                "{containers: [{name: c, image: i}], volumes: [{name: h, hostPath: {path: /}}]}",
                "spec.volumes[0].hostPath"
            ),
            ("{containers: [{name: c, image: i}], nodeName: node-1}", "spec.nodeName"),
            ("{containers: [{name: c, image: i}], serviceAccountName: builder}", "spec.serviceAccountName"),
            ("{containers: [{name: c, image: i}], tolerations: [{operator: Exists}]}", "spec.tolerations[0]"),
            (
                "{containers: [{name: c, image: i}], initContainers: [{name: x, image: i, securityContext: {runAsUser: 0}}]}",
                "spec.initContainers[0].securityContext.runAsUser"
            ),
        ] {
            if field == "spec.serviceAccountName" { try await admin.must("create", "serviceaccount", "builder") }
            let result = try await admin.run(
                "apply", "--validate=false", "-f", "-", input: WebhookManifests.pod("wrong", in: home, spec))
            #expect(!result.succeeded && result.error.contains(field), "\(spec): \(result)")
        }
        let label = try await admin.run(
            "label", "pod", "by-hand", "palana.dev/agent=agent-bob-other-0123456789", "--overwrite")
        #expect(!label.succeeded && label.error.contains("metadata.labels.palana.dev/agent"), "\(label)")
    }

    /// The webhooks are gone, their configurations are still there.
    private func outage(_ world: OperatorWorld) async throws {
        let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
        let agent = AgentNames.agent(owner: OperatorWorld.owner, name: "demo").rawValue
        let admin = try world.plane.kubectl()
        func apply(_ manifest: String) async throws -> Kubectl.Result { try await world.apply(manifest, as: admin) }
        let pod = "{containers: [{name: c, image: i}]}"
        #expect(try await apply(WebhookManifests.pod("other", in: "default", pod)).succeeded)
        let refused = try await apply(WebhookManifests.pod("later", in: agent, pod))
        #expect(!refused.succeeded && refused.error.contains("failed calling webhook"), "\(refused)")
        let kill = try await apply(
            "{apiVersion: palana.dev/v1alpha1, kind: KillSwitch, metadata: {name: now, namespace: \(home)}, spec: {target: {all: true}, reason: r}}"
        )
        #expect(kill.succeeded, "\(kill)")
        let policy = try await apply(
            "{apiVersion: palana.dev/v1alpha1, kind: EgressPolicy, metadata: {name: q}, spec: {deny: [{host: a.example.com}]}}"
        )
        #expect(!policy.succeeded && policy.error.contains("failed calling webhook"), "\(policy)")
        #expect(try await admin.run("delete", "pod", "by-hand", "-n", agent, "--grace-period=0", "--force").succeeded)
    }
}
