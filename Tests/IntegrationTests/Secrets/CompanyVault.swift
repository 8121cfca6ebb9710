import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

/// A vault as a company would run it: TLS on a port, client certificates required, a namespace `team`.
struct CompanyVault {
    let folder: URL
    let port: Int
    let root: Secret<String>

    static func run(_ body: (CompanyVault) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: "/tmp/pv\(UInt32.random(in: 0..<1_000_000))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = try VaultCertificates(folder: folder, name: "palana-test")
        try authority.makeLeaf("server")
        try authority.makeLeaf("client")
        try Data(repeating: 1, count: 32).write(to: folder.appending(path: "seal.key"))
        try Data(configuration(folder).utf8).write(to: folder.appending(path: "vault.hcl"))
        let process = OpenBaoProcess(
            executable: try OpenBaoFixture.bao(), arguments: ["server", "-config=\(folder.path)/vault.hcl"],
            environment: ["HOME": folder.path], log: folder.appending(path: "vault.log"))
        defer { process.kill() }
        try process.start()
        let port = try await port(of: process)
        let root = try await initialise(folder, port)
        try await body(CompanyVault(folder: folder, port: port, root: root))
    }

    /// As a client of the platform's would be configured, in the namespace `team`.
    var configuration: VaultConfiguration {
        get throws { try Self.configuration(folder, port, namespace: "team") }
    }

    /// Sends as the vault's administrator.
    func administer(_ request: VaultRequest, namespace: String? = "team") async throws {
        _ = try await transporting(namespace: namespace) { try await $0.send(request, token: root) }
    }

    /// A connection of its own, closed in the end.
    func transporting<Value>(
        namespace: String? = "team", _ body: (VaultTransport) async throws -> Value
    ) async throws -> Value {
        let transport = try VaultTransport(Self.configuration(folder, port, namespace: namespace))
        do {
            let value = try await body(transport)
            try await transport.shutdown()
            return value
        } catch {
            try await transport.shutdown()
            throw error
        }
    }

    /// Runs a guide in a shell, with `bao` for `vault`.
    func run(_ guide: String, environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-ec", "vault() { \"$BAO\" \"$@\"; }\n\(guide)"]
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "BAO": try OpenBaoFixture.bao(),
            "BAO_ADDR": "https://127.0.0.1:\(port)", "BAO_TOKEN": root.exposed, "BAO_NAMESPACE": "team",
            "BAO_CACERT": "\(folder.path)/ca.pem", "BAO_CLIENT_CERT": "\(folder.path)/client.pem",
            "BAO_CLIENT_KEY": "\(folder.path)/client.key",
        ].merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private static func initialise(_ folder: URL, _ port: Int) async throws -> Secret<String> {
        let transport = try VaultTransport(configuration(folder, port, namespace: nil))
        let request = try VaultRequest(.PUT, "sys/init", json: ["recovery_shares": 1, "recovery_threshold": 1])
        let root = Secret(try await transport.send(request).decode(Keys.self).root_token)
        try await eventually("the namespace is made") {
            do {
                let namespace = try VaultRequest(.POST, "sys/namespaces/team", json: [String: String]())
                _ = try await transport.send(namespace, token: root)
                return true
            } catch {
                return false
            }
        }
        try await transport.shutdown()
        return root
    }

    private struct Keys: Decodable { var root_token: String }

    private static func port(of process: OpenBaoProcess) async throws -> Int {
        var number: Int?
        try await eventually("the vault listens") {
            number = try process.pid.flatMap { try ListeningSockets.of(pid: $0).first?.number }
            return number != nil
        }
        return number ?? 0
    }

    /// What the platform's programs are given.
    var environment: [String: String] { Self.environment(folder, port, namespace: "team") }

    private static func environment(_ folder: URL, _ port: Int, namespace: String?) -> [String: String] {
        [
            "VAULT_ADDR": "https://127.0.0.1:\(port)", "VAULT_CACERT": "\(folder.path)/ca.pem",
            "VAULT_CLIENT_CERT": "\(folder.path)/client.pem", "VAULT_CLIENT_KEY": "\(folder.path)/client.key",
            "VAULT_NAMESPACE": namespace ?? "",
        ]
    }

    static func configuration(_ folder: URL, _ port: Int, namespace: String?) throws -> VaultConfiguration {
        let environment = environment(folder, port, namespace: namespace)
        var configuration = VaultConfiguration(address: try VaultAddress("https://127.0.0.1:\(port)"))
        if let read = try VaultConfiguration(environment: environment) { configuration = read }
        configuration.requestTimeout = .seconds(10)
        return configuration
    }

    private static func configuration(_ folder: URL) -> String {
        """
        storage "inmem" {}
        seal "static" {
          current_key_id = "1"
          current_key = "file://\(folder.path)/seal.key"
        }
        listener "tcp" {
          address = "127.0.0.1:0"
          tls_cert_file = "\(folder.path)/server.pem"
          tls_key_file = "\(folder.path)/server.key"
          tls_client_ca_file = "\(folder.path)/ca.pem"
          tls_require_and_verify_client_cert = true
        }
        api_addr = "https://127.0.0.1:8200"
        log_level = "warn"
        """
    }
}
