import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("A vault that knows the platform's pods by their service accounts", .serialized, .timeLimit(.minutes(10)))
struct KubernetesVaultTests {
    @Test("What the set-up guide for a cluster prints gives each service account exactly what its part needs")
    func matrix() async throws {
        try await ClusterVault.run { cluster in
            for role in VaultRole.allCases {
                try await cluster.client(.api) { try await VaultAttempt.writeBoth($0) }
                try await cluster.client(role) { try await VaultAttempt.tryAll(as: role, $0) }
            }
        }
    }

    @Test("The operator removes what a deleted agent had, and the gateway doesn't find it any more")
    func removal() async throws {
        try await ClusterVault.run { cluster in
            let secret = SecretReference.test("TOKEN")
            try await cluster.client(.api) { api in
                try await VaultSecretWriter(client: api, user: { $0 }).write(Secret("fake-value"), to: secret)
            }
            try await cluster.client(.gatewayProxy) { gateway in
                let reader = VaultSecretReader(proxy: gateway, agents: gateway, user: { $0 })
                #expect(try await reader.read(secret).exposed == "fake-value")
                try await cluster.client(.operator) { client in
                    try await VaultSecretWriter(client: client, user: { $0 }).remove(secret)
                }
                await #expect(throws: SecretFailure.self) { _ = try await reader.read(secret) }
            }
        }
    }

    /// Whose token is shown for the gateway's role.
    enum Impostor: String, CaseIterable, CustomTestStringConvertible {
        case otherAccount = "another service account of the namespace"
        case otherNamespace = "an account of the same name in another namespace"
        case otherAudience = "the right account, by a token for the Kubernetes API"
        case deletedAccount = "the right account, deleted since"
        case forged = "a token that nobody signed"

        var testDescription: String { rawValue }
    }

    @Test("Nobody else gets a role, and the refusal names what to check but no token", arguments: Impostor.allCases)
    func impostors(_ impostor: Impostor) async throws {
        try await ClusterVault.run { cluster in
            let token = try await cluster.token(of: impostor)
            try await cluster.client(.gatewayProxy, token: token) { client in
                let failure = await #expect(throws: VaultFailure.self) { try await client.connect() }
                guard case .loginRefused = failure else { throw try #require(failure) }
                let sentence = "\(try #require(failure))"
                #expect(sentence.contains("check that role palana-gateway-proxy exists and is bound to this pod's"))
                #expect(!sentence.contains(token))
            }
        }
    }

    @Test("With the Kubernetes API out of the vault's reach a login is refused, and told with what to check")
    func unreachableAPI() async throws {
        try await ClusterVault.run { cluster in
            try await cluster.client(.gatewayProxy) { try await $0.connect() }
            let token = try await cluster.token(of: .gatewayProxy)
            let elsewhere = [
                "kubernetes_host": "https://127.0.0.1:1", "kubernetes_ca_cert": cluster.plane.authorityPEM,
                "token_reviewer_jwt": token, "disable_local_ca_jwt": "true",
            ]
            try await cluster.vault.administer(VaultRequest(.POST, "auth/kubernetes/config", json: elsewhere))
            try await cluster.client(.gatewayProxy, token: token) { client in
                let failure = await #expect(throws: VaultFailure.self) { try await client.connect() }
                let sentence = "\(try #require(failure))"
                #expect(sentence.contains("that the vault reaches the Kubernetes API"))
            }
        }
    }

    @Test("The session is renewed, and logs in anew with the token that lies in the file by then")
    func rotation() async throws {
        try await ClusterVault.run { cluster in
            let settings = ["token_ttl": "2s", "token_max_ttl": "4s"]
            try await cluster.change(.gatewayProxy, settings)
            let file = try cluster.write(try await cluster.token(of: .gatewayProxy), to: "rotating")
            let client = try cluster.makeClient(.gatewayProxy, tokenFile: file)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                let start = ContinuousClock.now
                try await eventually("the service outlives the maximal age of a token") {
                    _ = try cluster.write(try await cluster.token(of: .gatewayProxy), to: "rotating")
                    await #expect(throws: VaultFailure.missing(path: "kv/data/proxy-secrets/u/a/S")) {
                        _ = try await client.send(VaultRequest(.GET, "kv/data/proxy-secrets/u/a/S"))
                    }
                    return ContinuousClock.now - start > .seconds(6)
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
