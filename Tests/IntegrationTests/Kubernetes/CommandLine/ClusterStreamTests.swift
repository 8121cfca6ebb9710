import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

@Suite("Processes and logs in a Kubernetes context")
struct ClusterStreamTests {
    /// Echoes what it is asked and what it reads, and ends with 7.
    private static let script = KubeletStub.Script(
        protocols: ["v5.channel.k8s.io", "v4.channel.k8s.io"],
        process: { process in
            try await process.send(1, "ran \(process.call.values("command").joined(separator: " "))\n")
            try await process.send(2, "to the other stream\n")
            while let (channel, bytes) = await process.receive() {
                guard channel == 0 else {
                    // The end of the input.
                    if channel == 255 { return try await process.end(7) }
                    continue
                }
                try await process.send(1, "read \(String(decoding: bytes, as: UTF8.self))\n")
                // kubectl closes by the same message; older protocols have none.
                if !process.call.protocols.contains("v5.channel.k8s.io") { return try await process.end(7) }
            }
        },
        log: { call in
            AsyncStream { feed in
                feed.yield("line of \(call.path)\u{1b}[2J\n")
                feed.finish()
            }
        })

    /// Makes Alice's agent with a pod that a kubelet of ours answers for.
    private func withPod(
        _ body: @escaping @Sendable (ClusterCommandWorld, KubeletStub) async throws -> Void
    ) async throws {
        let authority = try TestAuthority(name: "kubelet")
        try await ClusterCommandWorld.with { world in
            try await KubeletStub.serve(Self.script, identity: try authority.issue("node")) { stub, port in
                try await Self.arrange(world, port: port)
                try await body(world, stub)
            }
        }
    }

    private static func arrange(_ world: ClusterCommandWorld, port: Int) async throws {
        let id = AgentNames.agent(owner: ClusterCommandWorld.alice, name: "demo").rawValue
        try await world.world.client.create(
            Agent(
                metadata: ObjectMeta(name: "demo", namespace: world.home),
                spec: AgentSpec(owner: ClusterCommandWorld.alice, image: "ghcr.io/example/agent:1")))
        // The owner's rights there are those that the operator gives.
        try await world.plane.kubectl().apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: \(id)}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-1}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: owner, namespace: \(id)}
            rules:
            - {apiGroups: [""], resources: [pods], verbs: [get, list, watch]}
            - {apiGroups: [""], resources: [pods/log], verbs: [get]}
            - {apiGroups: [""], resources: [pods/exec], verbs: [create, get]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: owner, namespace: \(id)}
            subjects: [{kind: User, name: \(ClusterCommandWorld.alice), apiGroup: rbac.authorization.k8s.io}]
            roleRef: {kind: Role, name: owner, apiGroup: rbac.authorization.k8s.io}
            """)
        let admin = world.plane.admin
        try await admin.must(
            "PATCH", "/api/v1/nodes/node-1/status",
            json: """
                {"status": {"addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
                 "daemonEndpoints": {"kubeletEndpoint": {"Port": \(port)}}}}
                """, contentType: "application/merge-patch+json")
        try await until("the pod is made") {
            try await admin.send(
                "POST", "/api/v1/namespaces/\(id)/pods",
                json: """
                    {"metadata": {"name": "agent-0"}, "spec": {"nodeName": "node-1",
                     "containers": [{"name": "agent", "image": "i"}]}}
                    """
            ).isSuccess
        }
        try await admin.must(
            "PATCH", "/api/v1/namespaces/\(id)/pods/agent-0/status",
            json: """
                {"status": {"phase": "Running", "containerStatuses": [{"name": "agent", "image": "i", "imageID": "",
                 "restartCount": 0, "ready": true, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]}}
                """, contentType: "application/merge-patch+json")
    }

    @Test("exec, run and logs reach the pod through the API server, and nobody else's do")
    func streams() async throws {
        try await withPod { world, stub in
            // An independent client says that the stand-in speaks as kubelets do.
            let id = AgentNames.agent(owner: ClusterCommandWorld.alice, name: "demo").rawValue
            let kubectl = try await world.plane.kubectl(as: world.plane.user(ClusterCommandWorld.alice), namespace: id)
                .run("exec", "-i", "agent-0", "--", "echo", "x", input: "hello")
            #expect(kubectl.output.contains("ran echo x\n") && kubectl.output.contains("read hello"), "\(kubectl)")
            #expect(kubectl.error.contains("exit code 7"), "\(kubectl)")

            let exec = try await world.palana("exec", "demo", "--", "echo", "a b", input: "hello")
            #expect(exec.status == 7, "\(exec)")
            #expect(exec.output == "ran echo a b\nread hello\n" && exec.error == "to the other stream\n", "\(exec)")
            let run = try await world.palana("run", "demo", "--", "sh", input: "")
            #expect(run.status == 7 && run.output == "ran sh\n", "\(run)")

            let logs = try await world.palana("logs", "demo", "--tail", "5")
            #expect(logs.output == "line of /containerLogs/\(id)/agent-0/agent\\u{1b}[2J\n", "\(logs)")
            #expect(stub.log.last?.values("tailLines") == ["5"])

            let asked = stub.log.count
            let place = ["--context", "test", "--namespace", world.home]
            for arguments in [["exec"] + place + ["demo", "--", "id"], ["logs"] + place + ["demo"]] {
                let other = try await Command.run(
                    PlatformFixture.program, arguments,
                    environment: try world.environment(of: ClusterCommandWorld.mallory))
                #expect(other.status == 3, "\(other)")
            }
            #expect(stub.log.count == asked)
        }
    }

    @Test("An agent without a pod is not running")
    func none() async throws {
        try await ClusterCommandWorld.with { world in
            let made = try await world.palana("create", "demo", "--image", "ghcr.io/example/agent:1")
            #expect(made.status == 0, "\(made)")
            for arguments in [["exec", "demo", "--", "id"], ["logs", "demo"]] {
                let result = try await Command.run(
                    PlatformFixture.program, arguments,
                    environment: try world.environment(of: ClusterCommandWorld.alice).merging([
                        "PALANA_CONTEXT": "test"
                    ]) { $1 })
                #expect(result.status == 1 && result.error.contains("is not running"), "\(result)")
            }
            let mounted = try await world.palana("run", "demo", "--mount", "/a:/b")
            #expect(mounted.status == 1 && mounted.error.contains("not supported yet"), "\(mounted)")
        }
    }
}
