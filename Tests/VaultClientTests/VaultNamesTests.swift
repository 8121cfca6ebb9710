import Foundation
import Logging
import PalanaCore
import Testing
import VaultClient

@Suite("Names, addresses and files on the way to the vault")
struct VaultNamesTests {
    @Test(
        "A name that could leave its place is refused before anything is sent",
        arguments: [
            "", ".", "..", "../x", "a/b", "a%2Fb", "a b", "a?b", "a#b", "a\u{0}b", "a\nb", "é", ".hidden", "*", "+",
            String(repeating: "a", count: 129),
        ])
    func badNames(_ name: String) async throws {
        let client = try VaultClient(
            configuration: VaultConfiguration(address: VaultAddress(unixSocket: "/nonexistent/sock")),
            role: VaultAppRole(roleID: "x", secretID: Secret("x")), logger: Logger(label: "test"))
        let writer = VaultSecretWriter(client: client, user: { $0 })
        let good = SecretReference(owner: "alice", agent: "demo", name: "TOKEN", mode: .proxy)
        for field in [\SecretReference.owner, \.agent, \.name] {
            var reference = good
            reference[keyPath: field] = name
            let failure = await #expect(throws: SecretFailure.self) {
                try await writer.write(Secret("fake-value"), to: reference)
            }
            guard case .missing(let sentence) = failure else { throw try #require(failure) }
            #expect(sentence.contains("can't be part of a path"))
        }
        try await client.close()
    }

    @Test(
        "An address that would send tokens in clear, or isn't one, is refused without being repeated",
        arguments: [
            "", "vault", "http://vault.example.com:8200", "ftp://127.0.0.1", "https://user:fake-pass@vault.example.com",
            "https://", "unix://relative", "http://127.0.0.1.example.com", "https://vault.example.com/?x=1",
        ])
    func badAddresses(_ text: String) throws {
        let failure = #expect(throws: VaultFailure.self) { _ = try VaultAddress(text) }
        #expect(failure?.description.contains("fake-pass") == false)
    }

    @Test("The usual environment variables are read, and a certificate without its key is refused")
    func environment() throws {
        #expect(try VaultConfiguration(environment: ["VAULT_NAMESPACE": "team"]) == nil)
        var variables = [
            "VAULT_ADDR": "https://vault.example.com:8200/", "VAULT_NAMESPACE": "team", "VAULT_CACERT": "/ca.pem",
            "VAULT_CLIENT_CERT": "/c.pem", "VAULT_CLIENT_KEY": "/c.key",
        ]
        let configuration = try #require(try VaultConfiguration(environment: variables))
        #expect(configuration.address.description == "https://vault.example.com:8200")
        #expect(configuration.namespace == "team")
        #expect(configuration.caCertificateFile == "/ca.pem")
        variables["VAULT_CLIENT_KEY"] = ""
        #expect(throws: VaultFailure.self) { try VaultConfiguration(environment: variables) }
    }

    @Test("A certificate file that can't be used is named", arguments: ["/nonexistent/ca.pem", "/dev/null"])
    func badCertificates(_ file: String) throws {
        var configuration = VaultConfiguration(address: VaultAddress(unixSocket: "/s"))
        configuration.caCertificateFile = file
        let failure = #expect(throws: VaultFailure.self) { _ = try VaultTransport(configuration) }
        #expect(failure?.description.contains(file) == true)
    }

    @Test("A role's files that are missing, empty or open to others are refused by name")
    func roleFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pv\(UInt32.random(in: 0..<1_000_000))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = VaultRoleFiles(folder: folder)
        try files.write(VaultAppRole(roleID: "fake-role", secretID: Secret("fake-id")), for: .api)
        #expect(try files.read(.api).secretID.exposed == "fake-id")
        #expect(throws: VaultFailure.self) { try files.read(.gatewayProxy) }
        let secretID = folder.appending(path: "palana-api.secret-id")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secretID.path)
        let failure = #expect(throws: VaultFailure.self) { try files.read(.api) }
        #expect(failure?.description.contains(secretID.path) == true)
        try PrivateFile.write(Data("\n".utf8), to: secretID)
        #expect(throws: VaultFailure.self) { try files.read(.api) }
    }
}
