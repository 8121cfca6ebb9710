import Foundation
import KubernetesClient
import PalanaCore
import TestSupport

/// `palana` as different people run it against a real API server: each has a kubeconfig and a configuration folder.
struct ClusterCommandWorld: Sendable {
    static let alice = OperatorWorld.owner
    static let mallory = "mallory@example.com"

    let world: OperatorWorld
    let folder: TemporaryFolder

    var plane: ControlPlane { world.plane }
    var home: String { AgentNames.tenantNamespace(owner: Self.alice) }

    /// Runs `body` in a world of its own, where Alice is a tenant with a tenant's rights and Mallory is nobody.
    static func with(_ body: (ClusterCommandWorld) async throws -> Void) async throws {
        try await withOperatorWorld { world in
            let commands = ClusterCommandWorld(world: world, folder: try TemporaryFolder())
            try await commands.arrange()
            try await body(commands)
        }
    }

    /// What the chart and the operator make for a tenant.
    private func arrange() async throws {
        try await plane.kubectl().apply(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: palana-user}
            rules:
            - {apiGroups: [palana.dev], resources: [agents, killswitches], verbs: ["*"]}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: \(home)}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: palana-user, namespace: \(home)}
            subjects: [{kind: User, name: \(Self.alice), apiGroup: rbac.authorization.k8s.io}]
            roleRef: {kind: ClusterRole, name: palana-user, apiGroup: rbac.authorization.k8s.io}
            """)
    }

    /// Alice's agent `demo`; whose it is, which the webhooks would write into it, stands there.
    func makeAgent() async throws {
        try await world.client.create(
            Agent(
                metadata: ObjectMeta(name: "demo", namespace: home),
                spec: AgentSpec(owner: Self.alice, image: "ghcr.io/example/agent:1")))
    }

    /// Writes a file and gives its path.
    func write(_ text: String, to name: String) throws -> String {
        let path = folder.path(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// What a person's shell has: their kubeconfig, and no context chosen.
    func environment(of person: String) throws -> [String: String] {
        let file = folder.path("\(person).kubeconfig")
        if !FileManager.default.fileExists(atPath: file) {
            try Data(try plane.user(person).kubeconfig().utf8).write(to: URL(fileURLWithPath: file))
        }
        return [
            "KUBECONFIG": file, "XDG_CONFIG_HOME": folder.path("\(person).config"), "PALANA_CONTEXT": "",
            "PALANA_STATE": folder.path("s"),
        ]
    }

    func palana(
        as person: String = alice, _ arguments: String..., input: String = "", context: String? = "test"
    ) async throws -> CommandResult {
        try await palana(as: person, arguments, input: input, context: context)
    }

    func palana(
        as person: String = alice, _ arguments: [String], input: String = "", context: String? = "test"
    ) async throws -> CommandResult {
        var environment = try environment(of: person)
        if let context { environment["PALANA_CONTEXT"] = context }
        return try await Command.run(PlatformFixture.program, arguments, environment: environment, input: input)
    }
}
