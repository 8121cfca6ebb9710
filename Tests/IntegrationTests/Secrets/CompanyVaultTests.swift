import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("A company's own vault", .serialized)
struct CompanyVaultTests {
    @Test("What the set-up guide prints, run as it stands, makes a vault that the platform can use")
    func guide() async throws {
        try await CompanyVault.run { vault in
            try vault.run("\(VaultSetupGuide())")
            let files = VaultRoleFiles(folder: vault.folder)
            try await vault.client(files.read(.api)) { api in
                try await vault.client(files.read(.gatewayProxy)) { proxy in
                    let secret = SecretReference.test("TOKEN")
                    try await VaultSecretWriter(client: api, user: { $0 }).write(Secret("fake-value"), to: secret)
                    let reader = VaultSecretReader(proxy: proxy, agents: proxy, user: { $0 })
                    #expect(try await reader.read(secret).exposed == "fake-value")
                    await #expect(throws: SecretFailure.self) {
                        _ = try await VaultSecretReader(proxy: api, agents: api, user: { $0 }).read(secret)
                    }
                }
            }
        }
    }

    @Test("A wrong authority and a missing client certificate are told as what they are, and at once")
    func tls() async throws {
        try await CompanyVault.run { vault in
            let other = vault.folder.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
            _ = try VaultCertificates(folder: other, name: "someone-else")
            var wrongAuthority = try vault.configuration
            wrongAuthority.caCertificateFile = other.appending(path: "ca.pem").path
            var noCertificate = try vault.configuration
            (noCertificate.clientCertificateFile, noCertificate.clientKeyFile) = (nil, nil)
            for configuration in [wrongAuthority, noCertificate] {
                let client = try VaultClient(
                    configuration: configuration, role: VaultAppRole(roleID: "x", secretID: Secret("x")),
                    logger: Logger(label: "test"))
                try await closing(client) { client in
                    let failure = await #expect(throws: VaultFailure.self) { try await client.connect() }
                    guard case .untrusted = failure else { throw try #require(failure) }
                }
            }
        }
    }

    @Test("The token is renewed before its end, logged in anew at its maximal age, and the service ends cleanly")
    func renewal() async throws {
        try await CompanyVault.run { vault in
            let role = try await vault.setUp()
            let settings = ["token_ttl": "2s", "token_max_ttl": "4s", "token_policies": "palana-gateway-proxy"]
            try await vault.administer(
                VaultRequest(.POST, "auth/approle/role/palana-gateway-proxy", json: settings))
            let client = try VaultClient(
                configuration: vault.configuration, role: role, logger: Logger(label: "test"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.run() }
                let start = ContinuousClock.now
                try await eventually("the service outlives the maximal age of a token") {
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

    @Test("A role that was deleted is a refused login, told as forbidden")
    func deletedRole() async throws {
        try await CompanyVault.run { vault in
            let role = try await vault.setUp()
            try await vault.administer(VaultRequest(.DELETE, "auth/approle/role/palana-gateway-proxy"))
            try await vault.client(role) { client in
                let reader = VaultSecretReader(proxy: client, agents: client, user: { $0 })
                let failure = await #expect(throws: SecretFailure.self) { _ = try await reader.read(.test("TOKEN")) }
                guard case .forbidden(let sentence) = failure else { throw try #require(failure) }
                #expect(sentence.contains("check the role id"))
                #expect(!sentence.contains(role.secretID.exposed))
            }
        }
    }

    @Test("A KV engine of version 1 at the mount is named, and left as it is")
    func oldEngine() async throws {
        try await CompanyVault.run { vault in
            let mount = ["type": "kv"]
            try await vault.administer(VaultRequest(.POST, "sys/mounts/\(vault.configuration.mount)", json: mount))
            let failure = await #expect(throws: VaultFailure.self) { _ = try await vault.setUp() }
            #expect("\(try #require(failure))".contains("kv version 2 is needed"))
        }
    }

    @Test("Sealed while it runs: said so")
    func sealed() async throws {
        try await CompanyVault.run { vault in
            let role = try await vault.setUp()
            var configuration = try vault.configuration
            configuration.requestTimeout = .seconds(1)  // this seal opens itself again after 5 s
            let client = try VaultClient(configuration: configuration, role: role, logger: Logger(label: "test"))
            try await closing(client) { client in
                try await client.connect()
                try await vault.administer(VaultRequest(.PUT, "sys/seal"), namespace: nil)
                await #expect(throws: VaultFailure.sealed(path: "kv/data/proxy-secrets/u/a/S")) {
                    _ = try await client.send(VaultRequest(.GET, "kv/data/proxy-secrets/u/a/S"))
                }
            }
        }
    }
}

extension CompanyVault {
    /// Sets it up by the API and gives the role that reads proxy secrets.
    fileprivate func setUp() async throws -> VaultAppRole {
        let roles = try await transporting { try await VaultSetup(transport: $0, token: root).run() }
        guard let role = roles[.gatewayProxy] else { throw CocoaError(.featureUnsupported) }
        return role
    }

    fileprivate func client(
        _ role: VaultAppRole, _ body: (VaultClient) async throws -> Void
    ) async throws {
        let client = try VaultClient(configuration: configuration, role: role, logger: Logger(label: "test"))
        try await closing(client, body)
    }
}
