import ClusterAPI
import Foundation
import KubernetesClient
import Logging
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("Secrets in a Kubernetes context", .serialized, .timeLimit(.minutes(10)))
struct ClusterSecretTests {
    private static let value = "fake-value-of-a-key-1"

    /// A world with `palana api` beside it, which has just the rights that its guide names.
    private func withAPI(
        audit: AuditSinkFake = AuditSinkFake(),
        _ body: @escaping @Sendable (ClusterCommandWorld, OpenBaoFixture, _ use: [String]) async throws -> Void
    ) async throws {
        try await OpenBaoFixture.running { vault in
            try await ClusterCommandWorld.with { world in
                let client = try await Self.account(world)
                let authority = try TestAuthority(name: "serving")
                let identity = try authority.issue("palana-api")
                let files = ServingCertificate.Files(
                    certificate: try world.write(identity.certificatePEM, to: "tls.crt"),
                    key: try world.write(identity.keyPEM, to: "tls.key"),
                    clientAuthority: try world.write(world.plane.authorityPEM, to: "client-ca.crt"))
                let trust = try world.write(authority.certificatePEM, to: "serving-ca.pem")
                let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
                let certificate = try ServingCertificate(files, logger: logger)
                try await vault.client(.api) { vaultClient in
                    let desk = SecretDesk(
                        client: client,
                        writer: VaultSecretWriter(client: vaultClient) { AgentNames.vaultUser(owner: $0) }, audit: audit
                    )
                    let (ports, port) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingOldest(1))
                    let server = ClusterAPIServer(
                        host: "127.0.0.1", port: 0, callers: CallerCheck(client: client), desk: desk,
                        certificate: certificate, logger: logger
                    ) { port.yield($0) }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await server.run() }
                        defer { group.cancelAll() }
                        guard let port = await ports.first(where: { _ in true }) else { return }
                        try await body(world, vault, ["--api", "https://127.0.0.1:\(port)", "--api-ca", trust])
                    }
                }
            }
        }
    }

    private static func account(_ world: ClusterCommandWorld) async throws -> KubernetesClient {
        try await world.plane.kubectl().apply(
            """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: palana-api, namespace: \(OperatorWorld.namespace)}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: palana-api}
            rules:
            - {apiGroups: [palana.dev], resources: [agents], verbs: [get]}
            - {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
            - {apiGroups: [authorization.k8s.io], resources: [subjectaccessreviews], verbs: [create]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: palana-api}
            subjects: [{kind: ServiceAccount, name: palana-api, namespace: \(OperatorWorld.namespace)}]
            roleRef: {kind: ClusterRole, name: palana-api, apiGroup: rbac.authorization.k8s.io}
            """)
        return try world.plane.client(
            as: try await world.plane.serviceAccount("palana-api", namespace: OperatorWorld.namespace))
    }

    private static func stored(_ vault: OpenBaoFixture) async throws -> String {
        try await vault.client(.gatewayProxy) { client in
            let reader = VaultSecretReader(proxy: client, agents: client) { AgentNames.vaultUser(owner: $0) }
            return try await reader.read(
                SecretReference(owner: ClusterCommandWorld.alice, agent: "demo", name: "API_KEY", mode: .proxy)
            ).exposed
        }
    }

    @Test("A value goes to the vault and nowhere else; the Agent declares it; rotation and removal follow")
    func lifecycle() async throws {
        let audit = AuditSinkFake()
        try await withAPI(audit: audit) { world, vault, use in
            #expect(try await world.palana(["context", "use", "test"] + use).status == 0)
            try await world.makeAgent()
            let added = try await world.palana(
                "secrets", "add", "demo", "API_KEY", "--host", "api.example.com", "--stdin", input: Self.value)
            #expect(added.status == 0 && added.output.contains("secret demo/API_KEY stored"), "\(added)")
            #expect(try await Self.stored(vault) == Self.value)
            let agent = try await world.world.client.get(Agent.self, "demo", in: world.home)
            #expect(agent.spec.secrets?.map(\.name) == ["API_KEY"])
            #expect(try await world.palana("secrets", "list", "demo").output.contains("api.example.com"))

            let rotated = try await world.palana(
                "secrets", "rotate", "demo", "API_KEY", "--stdin", input: Self.value + "-new")
            #expect(rotated.status == 0, "\(rotated)")
            #expect(try await Self.stored(vault) == Self.value + "-new")

            let everything = try await world.plane.kubectl().must(
                "get", "agents,secrets,configmaps", "-A", "-o", "yaml")
            #expect(!everything.contains(Self.value))
            #expect(audit.events.allSatisfy { $0.actor == ClusterCommandWorld.alice && $0.secrets == ["API_KEY"] })
            #expect(audit.events.map(\.action) == ["given", "added", "given", "replaced"])

            #expect(try await world.palana("secrets", "remove", "demo", "API_KEY").status == 0)
            await #expect(throws: SecretFailure.self) { try await Self.stored(vault) }
            let gone = try await world.palana("secrets", "rotate", "demo", "API_KEY", "--stdin", input: Self.value)
            #expect(gone.status == 4, "\(gone)")
        }
    }

    @Test("Nobody writes another's secrets: not without rights, not by an Agent that names another owner, not unknown")
    func refusals() async throws {
        let audit = AuditSinkFake()
        try await withAPI(audit: audit) { world, vault, use in
            #expect(try await world.palana(["context", "use", "test"] + use).status == 0)
            try await world.makeAgent()
            let short = try await world.palana(
                "secrets", "add", "demo", "API_KEY", "--host", "api.example.com", "--stdin", input: "short")
            #expect(short.status == 1 && short.error.contains("fewer than"), "\(short)")

            // Mallory may look at the agent, and make Agents in a namespace of her own.
            try await world.plane.kubectl().apply(
                """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: looks-on}
                rules: [{apiGroups: [palana.dev], resources: [agents, agenttemplates], verbs: [get, list]}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: looks-on}
                subjects: [{kind: User, name: \(ClusterCommandWorld.mallory), apiGroup: rbac.authorization.k8s.io}]
                roleRef: {kind: ClusterRole, name: looks-on, apiGroup: rbac.authorization.k8s.io}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: mallorys}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: palana-user, namespace: mallorys}
                subjects: [{kind: User, name: \(ClusterCommandWorld.mallory), apiGroup: rbac.authorization.k8s.io}]
                roleRef: {kind: ClusterRole, name: palana-user, apiGroup: rbac.authorization.k8s.io}
                """)
            try await world.world.client.create(
                Agent(
                    metadata: ObjectMeta(name: "demo", namespace: "mallorys"),
                    spec: AgentSpec(owner: ClusterCommandWorld.alice, image: "ghcr.io/example/agent:1")))
            for namespace in [world.home, "mallorys"] {
                let used = try await world.palana(
                    as: ClusterCommandWorld.mallory, ["context", "use", "test", "--namespace", namespace] + use)
                #expect(used.status == 0, "\(used)")
                let result = try await world.palana(
                    as: ClusterCommandWorld.mallory, "secrets", "add", "demo", "API_KEY", "--host", "api.example.com",
                    "--stdin", input: Self.value)
                #expect(result.status == 3 && !result.error.contains(Self.value), "\(result)")
            }
            await #expect(throws: SecretFailure.self) { try await Self.stored(vault) }
            #expect(audit.events.contains { $0.actor == ClusterCommandWorld.mallory && $0.outcome == .denied })

            for token in [nil, "nonsense"] {
                #expect(try await Self.put(use[1], trust: use[3], token: token, namespace: world.home) == 401)
            }
            // A token of the API server, of somebody without the right.
            try await world.plane.kubectl(namespace: "mallorys").must("create", "serviceaccount", "robot")
            let robot = try await world.plane.serviceAccount("robot", namespace: "mallorys")
            guard case .token(let token) = robot.credential else { return }
            #expect(try await Self.put(use[1], trust: use[3], token: token, namespace: world.home) == 403)
        }
    }

    @Test("What can't be recorded isn't done")
    func unrecorded() async throws {
        let audit = AuditSinkFake()
        try await withAPI(audit: audit) { world, vault, use in
            #expect(try await world.palana(["context", "use", "test"] + use).status == 0)
            try await world.makeAgent()
            audit.fail(with: AuditFailure("the disk is full"))
            let result = try await world.palana(
                "secrets", "add", "demo", "API_KEY", "--host", "api.example.com", "--stdin", input: Self.value)
            #expect(result.status == 5 && result.error.contains("the disk is full"), "\(result)")
            await #expect(throws: SecretFailure.self) { try await Self.stored(vault) }
        }
    }

    /// Without a client certificate.
    private static func put(_ url: String, trust: String, token: String?, namespace: String) async throws -> UInt {
        let curl = try await Command.run(
            "/usr/bin/curl",
            [
                "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", trust, "-X", "PUT", "-H", "@-", "-d",
                "{\"value\": \"\(value)\"}", "\(url)/v1/namespaces/\(namespace)/agents/demo/secrets/proxy/API_KEY",
            ], input: token.map { "Authorization: Bearer \($0)\n" } ?? "")
        return UInt(curl.output) ?? 0
    }
}
