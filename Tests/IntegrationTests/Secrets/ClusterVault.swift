import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import VaultClient

/// A vault beside a real Kubernetes API, set up by what the guide for clusters prints.
struct ClusterVault {
    let vault: CompanyVault
    let plane: ControlPlane
    let namespace: String

    /// On the shared control plane; the platform's namespace is one of the test's own.
    static func run(_ body: (ClusterVault) async throws -> Void) async throws {
        try await withSharedControlPlane { plane, namespace in
            try await run(beside: plane, namespace: namespace, body)
        }
    }

    /// - Parameter namespace: the platform's, which is there.
    static func run(
        beside plane: ControlPlane, namespace: String, _ body: (ClusterVault) async throws -> Void
    ) async throws {
        try await CompanyVault.run { vault in
            let cluster = ClusterVault(vault: vault, plane: plane, namespace: namespace)
            try await cluster.setUp()
            do {
                try await body(cluster)
            } catch {
                try await cluster.remove()
                throw error
            }
            try await cluster.remove()
        }
    }

    /// What a program is given that logs in as `role`'s own service account.
    func environment(for role: VaultRole) async throws -> [String: String] {
        try await vault.environment.merging([
            "VAULT_KUBERNETES_TOKEN_FILE": write(token(of: role), to: "token-of-\(role.rawValue)")
        ]) { $1 }
    }

    private func setUp() async throws {
        let kubectl = try plane.kubectl(namespace: namespace)
        for account in Set(VaultRole.allCases.map(\.serviceAccount)).union(["reviewer", "stranger"]) {
            // Some come with the manifests.
            let isThere = try await kubectl.run("get", "serviceaccount", account).succeeded
            if !isThere { try await kubectl.must("create", "serviceaccount", account) }
        }
        try await kubectl.must(
            "create", "clusterrolebinding", namespace, "--clusterrole=system:auth-delegator",
            "--serviceaccount=\(namespace):reviewer")
        let reviewer = try await token(of: "reviewer", in: namespace, audiences: [])
        try vault.run(
            "\(VaultKubernetesGuide(namespace: namespace))",
            environment: [
                "KUBERNETES_HOST": plane.server,
                "KUBERNETES_CA": try write(plane.authorityPEM, to: "kubernetes-ca.pem"),
                "REVIEWER_TOKEN": try write(reviewer, to: "reviewer"),
            ])
    }

    private var otherNamespace: String { "\(namespace)-other" }

    /// What is outside of the test's namespace.
    private func remove() async throws {
        let kubectl = try plane.kubectl()
        try await kubectl.must("delete", "clusterrolebinding", namespace)
        try await kubectl.must("delete", "namespace", otherNamespace, "--ignore-not-found", "--wait=false")
    }

    /// Writes a file of the vault's folder; gives its path.
    func write(_ text: String, to name: String) throws -> String {
        let file = vault.folder.appending(path: name)
        try Data(text.utf8).write(to: file, options: .atomic)
        return file.path
    }

    /// Sets some of a role's fields, leaving the others.
    func change(_ role: VaultRole, _ fields: [String: String]) async throws {
        try await vault.administer(VaultRequest(.POST, "auth/kubernetes/role/\(role.rawValue)", json: fields))
    }

    func makeClient(_ role: VaultRole, tokenFile: String) throws -> VaultClient {
        var configuration = try vault.configuration
        // The vault asks the Kubernetes API in between.
        configuration.requestTimeout = .seconds(20)
        return try VaultClient(
            configuration: configuration, login: .kubernetes(VaultKubernetesRole(role, tokenFile: tokenFile)),
            logger: Logger(label: "test"))
    }

    /// A client that logs in as the role's own service account, or with `token`.
    func client(_ role: VaultRole, token: String? = nil, _ body: (VaultClient) async throws -> Void) async throws {
        let shown = if let token { token } else { try await self.token(of: role) }
        let file = try write(shown, to: "token-\(role.rawValue)")
        try await closing(makeClient(role, tokenFile: file), body)
    }

    /// What the kubelet would mount for the role's part.
    func token(of role: VaultRole) async throws -> String {
        try await token(of: role.serviceAccount, in: namespace, audiences: [VaultKubernetesRole.audience])
    }

    func token(of impostor: KubernetesVaultTests.Impostor) async throws -> String {
        let gateway = VaultRole.gatewayProxy.serviceAccount
        let audiences = [VaultKubernetesRole.audience]
        switch impostor {
        case .otherAccount: return try await token(of: "stranger", in: namespace, audiences: audiences)
        case .otherAudience: return try await token(of: gateway, in: namespace, audiences: [])
        case .otherNamespace:
            try await plane.kubectl().must("create", "namespace", otherNamespace)
            try await plane.kubectl(namespace: otherNamespace).must("create", "serviceaccount", gateway)
            return try await token(of: gateway, in: otherNamespace, audiences: audiences)
        case .deletedAccount:
            let token = try await token(of: gateway, in: namespace, audiences: audiences)
            try await plane.kubectl(namespace: namespace).must("delete", "serviceaccount", gateway)
            return token
        case .forged:
            let parts = try await token(of: gateway, in: namespace, audiences: audiences).split(separator: ".")
            return "\(parts[0]).\(parts[1]).\(String(repeating: "A", count: 86))"
        }
    }

    private func token(of account: String, in namespace: String, audiences: [String]) async throws -> String {
        let user = try await plane.serviceAccount(account, namespace: namespace, audiences: audiences)
        guard case .token(let token) = user.credential else { throw CocoaError(.featureUnsupported) }
        return token
    }
}
