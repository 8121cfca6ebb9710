import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("Logging in to the vault with a service account's token")
struct VaultKubernetesLoginTests {
    private static func client(_ address: String, _ role: VaultKubernetesRole) throws -> VaultClient {
        try VaultClient(
            configuration: VaultConfiguration(address: VaultAddress(address)), login: .kubernetes(role),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    private struct Login: Decodable {
        var role: String
        var jwt: String
    }

    @Test("Each login sends the role and what the file holds at that moment, to the mount that is configured")
    func rotation() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("token")
        try Data("a.b.first\n".utf8).write(to: URL(fileURLWithPath: file))
        try await VaultStub.serve { request in
            request.path.hasSuffix("/login") ? .grant("fake", seconds: 900) : VaultStub.Answer(403)
        } _: { stub, address in
            let client = try Self.client(
                address, VaultKubernetesRole(.gatewayProxy, mount: "clusters/one", tokenFile: file))
            try await client.connect()
            try Data("a.b.second".utf8).write(to: URL(fileURLWithPath: file))
            // The vault has forgotten the token, so that the client logs in anew.
            await #expect(throws: VaultFailure.forbidden(path: "kv/data/x")) {
                _ = try await client.send(VaultRequest(.GET, "kv/data/x"))
            }
            let logins = try stub.log.filter { $0.path == "/v1/auth/clusters/one/login" }
                .map { try JSONDecoder().decode(Login.self, from: $0.body) }
            #expect(logins.map(\.jwt) == ["a.b.first", "a.b.second"])
            #expect(Set(logins.map(\.role)) == ["palana-gateway-proxy"])
            try await client.close()
        }
    }

    @Test(
        "A file that holds no token is told by its path, never by what it holds, and nothing is sent",
        arguments: [
            (nil, "can't be read: mount the service account's token there, with audience vault."),
            ("", "is no service account's token: that has three parts with dots between."),
            ("fake-content", "is no service account's token: that has three parts with dots between."),
            (
                String(repeating: "fake-content", count: 6_000),
                "is no service account's token: it is too long or no text."
            ),
        ] as [(String?, String)])
    func badFile(_ content: String?, _ sentence: String) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("token")
        if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: file)) }
        try await VaultStub.serve { _ in
            .grant("fake", seconds: 900)
        } _: { stub, address in
            let client = try Self.client(address, VaultKubernetesRole(.api, tokenFile: file))
            let failure = await #expect(throws: VaultFailure.self) { try await client.connect() }
            let told = "\(try #require(failure))"
            #expect(told == "\(file) \(sentence)")
            #expect(stub.log.isEmpty)
            try await client.close()
        }
    }

    @Test("Mount and file come from the environment, else they have their defaults")
    func environment() {
        let usual = VaultKubernetesRole(.api, environment: ["VAULT_KUBERNETES_MOUNT": ""])
        #expect(
            [usual.role, usual.mount, usual.tokenFile] == ["palana-api", "kubernetes", VaultKubernetesRole.tokenFile])
        let other = VaultKubernetesRole(
            .operator, environment: ["VAULT_KUBERNETES_MOUNT": "k", "VAULT_KUBERNETES_TOKEN_FILE": "/t"])
        #expect([other.role, other.mount, other.tokenFile] == ["palana-operator", "k", "/t"])
    }
}
