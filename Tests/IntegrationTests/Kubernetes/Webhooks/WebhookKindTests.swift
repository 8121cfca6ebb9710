import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

@Suite("Palana's kinds on a real API server", .serialized)
struct WebhookKindTests {
    @Test("what is wrong is refused with field and reason", .timeLimit(.minutes(5)))
    func refusals() async throws {
        try await withOperatorWorld { world in
            try await world.admitting { _, _ in
                let alice = try world.kubectl(as: OperatorWorld.owner)
                try await until("Alice's rights") { try await alice.run("get", "agents").succeeded }
                for (spec, sentence) in [
                    (
                        "{image: i, egress: {allow: [{host: \"*.*.com\"}]}}",
                        "spec.egress.allow[0].host: \"*.*.com\": one leading wildcard only"
                    ),
                    ("{image: i, idle: {after: 30m}}", "spec.idle: not supported yet"),
                    ("{image: /srv/root}", "spec.image: \"/srv/root\": a folder of one machine"),
                    ("{}", "spec.image: missing"),
                    (
                        "{image: i, egress: {allow: [{host: a.example.com, ports: [70000]}]}}",
                        "spec.egress.allow.ports"
                    ),
                    ("{image: i, workspace: {reclaim: Keep}}", "Unsupported value: \"Keep\""),
                ] {
                    let result = try await world.apply(WebhookManifests.agent("wrong", spec), as: alice)
                    #expect(!result.succeeded && result.error.contains(sentence), "\(spec): \(result)")
                }
                try await policies(world)
                try await kills(world, alice)
            }
        }
    }

    private func policies(_ world: OperatorWorld) async throws {
        let admin = try world.plane.kubectl()
        func policy(_ rego: String) -> String {
            """
            {"apiVersion": "palana.dev/v1alpha1", "kind": "EgressPolicy", "metadata": {"name": "p"}, "spec": {"rego": "\(rego)"}}
            """
        }
        let unsafe = try await world.apply(policy("deny contains x if { y == 1 }"), as: admin)
        #expect(!unsafe.succeeded && unsafe.error.contains("spec.rego") && unsafe.error.contains("unsafe"), "\(unsafe)")
        let calling = try await world.apply(
            policy(
                "deny contains x if { x := http.send({\\\"url\\\": \\\"http://a\\\", \\\"method\\\": \\\"get\\\"}) }"),
            as: admin)
        #expect(!calling.succeeded && calling.error.contains("http.send"), "\(calling)")
        let good = try await world.apply(
            policy("deny contains {\\\"rule\\\": \\\"r\\\"} if { input.request.method == \\\"DELETE\\\" }"), as: admin)
        #expect(good.succeeded, "\(good)")
    }

    private func kills(_ world: OperatorWorld, _ alice: Kubectl) async throws {
        func kill(_ spec: String, in namespace: String) -> String {
            "{apiVersion: palana.dev/v1alpha1, kind: KillSwitch, metadata: {name: k, namespace: \(namespace)}, spec: \(spec)}"
        }
        let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
        for (spec, sentence) in [
            ("{target: {all: true}, level: sleep, reason: r}", "spec.level"),
            ("{target: {all: true, owner: alice}, reason: r}", "spec.target: names more than one thing"),
            ("{target: {all: true}}", "spec.reason"),
        ] {
            let result = try await world.apply(kill(spec, in: home), as: alice)
            #expect(!result.succeeded && result.error.contains(sentence), "\(result)")
        }
        let admin = try world.plane.kubectl()
        let whose = try await world.apply(
            kill("{target: {agent: demo}, reason: r}", in: OperatorWorld.namespace), as: admin)
        #expect(!whose.succeeded && whose.error.contains("name the owner, too"), "\(whose)")
        let good = try await world.apply(kill("{target: {all: true}, reason: r}", in: home), as: alice)
        #expect(good.succeeded, "\(good)")
        let level = try await alice.must("get", "killswitch", "k", "-o", "jsonpath={.spec.level}")
        #expect(level == "network")
    }

    @Test("kubectl explains, lists and defaults them", .timeLimit(.minutes(5)))
    func definitions() async throws {
        try await withOperatorWorld { world in
            let admin = try world.plane.kubectl()
            // It describes kinds a while after it serves them.
            try await until("the API server describes them") {
                try await admin.run("explain", "agent", "--api-version=palana.dev/v1alpha1").succeeded
            }
            let explained = try await admin.must("explain", "agent.spec.egress", "--api-version=palana.dev/v1alpha1")
            for text in ["Where it may go", "allow", "The requests that may pass.", "peers", "default"] {
                #expect(explained.contains(text), "\(explained)")
            }
            let rule = try await admin.must("explain", "ag.spec.egress.allow.host")
            #expect(rule.contains("Exact, or *.suffix"), "\(rule)")

            try await admin.must(
                "apply", "--validate=false", "-f", "-",
                input: WebhookManifests.agent(
                    "plain",
                    "{image: i, owner: alice, secrets: [{name: KEY, hosts: [a.example.com]}], resources: {limits: {cpu: 2}}}"
                ))
            let spec = try await admin.must("get", "agent", "plain", "-o", "jsonpath={.spec}")
            for text in [
                #""workspace":{"reclaim":"Delete","size":"10Gi"}"#, #""suspended":false"#, #""mode":"proxy""#,
                #""cpu":2"#,
            ] { #expect(spec.contains(text), "\(spec)") }
            let agent: Agent = try await world.client.get(Agent.self, "plain", in: "default")
            #expect(agent.spec.resources?.limits?.cpu == "2")

            let table = try await admin.must("get", "palana", "-A")
            #expect(table.contains("agent.palana.dev/plain") && table.contains("tenant.palana.dev/alice"), "\(table)")
            let columns = try await admin.must("get", "ag", "-o", "wide")
            #expect(
                columns.contains("PHASE") && columns.contains("OWNER") && columns.contains("NAMESPACE"), "\(columns)")
            // A field that there isn't is dropped or refused by the server, never kept.
            let extra = try await admin.run(
                "apply", "--validate=false", "-f", "-", input: WebhookManifests.agent("extra", "{image: i, power: all}")
            )
            if extra.succeeded {
                #expect(try await admin.must("get", "agent", "extra", "-o", "jsonpath={.spec.power}") == "")
            }
            for wrong in [
                "{image: i, env: [{name: A, value: b}, {name: A, value: c}]}", "{image: i, runtimeClassName: gVisor}",
                "{image: i, ttl: soon}", "{image: i, secrets: [{name: 1A}]}",
            ] {
                let result = try await world.apply(WebhookManifests.agent("wrong", wrong), as: admin)
                #expect(!result.succeeded, "\(wrong)")
            }
        }
    }
}
