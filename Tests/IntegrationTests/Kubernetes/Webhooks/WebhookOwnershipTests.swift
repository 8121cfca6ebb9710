import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

@Suite("Whose an agent is, with real users", .serialized)
struct WebhookOwnershipTests {
    @Test("nobody makes or takes another's agent, and who may act for others can", .timeLimit(.minutes(5)))
    func users() async throws {
        try await withOperatorWorld { world in
            try await world.tenant("devs", "devs", kind: .group)
            try await world.admitting { _, _ in
                let alice = try world.kubectl(as: OperatorWorld.owner)
                try await until("Alice's rights") {
                    try await alice.run("get", "agents").succeeded
                }
                try await alice.must("apply", "--validate=false", "-f", "-", input: WebhookManifests.agent("demo"))
                let owner = try await alice.must("get", "agent", "demo", "-o", "jsonpath={.spec.owner}")
                #expect(owner == OperatorWorld.owner)

                try await forging(world, alice)
                try await acting(world)
                try await groups(world)
            }
        }
    }

    /// Bob has rights in Alice's namespace, but isn't Alice.
    private func forging(_ world: OperatorWorld, _ alice: Kubectl) async throws {
        let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
        try await world.plane.kubectl(namespace: home).must(
            "create", "rolebinding", "bob", "--clusterrole=palana-user", "--user=bob@example.com")
        let bob = try world.kubectl(as: "bob@example.com", groups: ["devs"])
        for (spec, reason) in [
            ("{image: i}", "belong to \"alice@example.com\""),
            ("{image: i, owner: bob@example.com}", "belong to \"alice@example.com\""),
            ("{image: i, owner: alice@example.com}", "acting for others takes the verb act-as"),
            ("{image: i, owner: \"аlice@example.com\"}", "belong to \"alice@example.com\""),
        ] {
            let result = try await world.apply(WebhookManifests.agent("forged", spec), as: bob)
            #expect(!result.succeeded && result.error.contains("spec.owner"), "\(result)")
            #expect(result.error.contains(reason), "\(result)")
        }
        for user in [bob, alice, try world.plane.kubectl(namespace: home)] {
            let result = try await user.run(
                "patch", "agent", "demo", "--type=merge", "-p", #"{"spec": {"owner": "bob@example.com"}}"#)
            #expect(!result.succeeded && result.error.contains("the owner can't change"), "\(result)")
        }
        // A manifest that no longer says it doesn't take it away.
        try await alice.must(
            "patch", "agent", "demo", "--type=json", "-p", #"[{"op": "remove", "path": "/spec/owner"}]"#)
        #expect(
            try await alice.must("get", "agent", "demo", "-o", "jsonpath={.spec.owner}") == OperatorWorld.owner)
        let elsewhere = try await world.apply(
            WebhookManifests.agent("astray"), as: world.plane.kubectl(namespace: "default"))
        #expect(elsewhere.error.contains("no tenant's namespace"), "\(elsewhere)")
    }

    /// A portal acts as the user (impersonation), or for the user (the verb act-as).
    private func acting(_ world: OperatorWorld) async throws {
        let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
        let admin = try world.plane.kubectl(namespace: home)
        try await admin.must(
            "apply", "--validate=false", "-f", "-", "--as=alice@example.com",
            input: WebhookManifests.agent("impersonated"))
        #expect(
            try await admin.must("get", "agent", "impersonated", "-o", "jsonpath={.spec.owner}")
                == OperatorWorld.owner)

        try await admin.must("create", "serviceaccount", "portal", "-n", OperatorWorld.namespace)
        try await admin.must(
            "create", "rolebinding", "portal", "--clusterrole=palana-user",
            "--serviceaccount=\(OperatorWorld.namespace):portal")
        let account = try await world.plane.serviceAccount("portal", namespace: OperatorWorld.namespace)
        let portal = try world.plane.kubectl(as: account, namespace: home)
        let manifest = WebhookManifests.agent("delegated", "{image: i, owner: alice@example.com}")
        let refused = try await world.apply(manifest, as: portal)
        #expect(refused.error.contains("act-as on tenants.palana.dev \"alice\""), "\(refused)")
        try await admin.apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: acts-for-alice}
            rules:
            - {apiGroups: [palana.dev], resources: [tenants], verbs: [act-as], resourceNames: [alice]}
            """)
        try await admin.must(
            "create", "clusterrolebinding", "portal", "--clusterrole=acts-for-alice",
            "--serviceaccount=\(OperatorWorld.namespace):portal")
        try await until("the portal may act for Alice") { try await world.apply(manifest, as: portal).succeeded }
    }

    private func groups(_ world: OperatorWorld) async throws {
        let member = try world.kubectl(as: "carol", groups: ["devs", "staff"], inHomeOf: "devs")
        try await until("the members' rights") { try await member.run("get", "agents").succeeded }
        try await member.must("apply", "--validate=false", "-f", "-", input: WebhookManifests.agent("shared"))
        #expect(try await member.must("get", "agent", "shared", "-o", "jsonpath={.spec.owner}") == "devs")
        let twin = Tenant(metadata: ObjectMeta(name: "twin"), spec: TenantSpec(owner: "devs"))
        let failure = await kubernetesFailure { try await world.client.create(twin) }
        #expect(failure?.message.contains("has the Tenant devs already") == true, "\(String(describing: failure))")
    }
}
