import Foundation
import NIOSSL
import PalanaCore
import Synchronization
import TestSupport
import Testing

@testable import KubernetesClient

/// A clock that a test sets; nobody sleeps by it.
final class HandClock: Sendable {
    private let passed = Mutex(Duration.zero)
    let start = Date(timeIntervalSince1970: 1_800_000_000)

    func advance(_ duration: Duration) { passed.withLock { $0 += duration } }

    var clock: KubernetesClock {
        KubernetesClock(
            now: { self.passed.withLock { $0 } },
            date: { self.start.addingTimeInterval(Double(self.passed.withLock { $0 }.components.seconds)) },
            sleep: { try await Task.sleep(for: $0) })
    }
}

@Suite("Credentials")
struct CredentialTests {
    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func store(
        _ credentials: KubernetesCredentials, _ clock: HandClock, authority: PEMSource? = nil
    ) throws -> CredentialStore {
        let server = try ServerAddress("https://127.0.0.1:6443")
        return CredentialStore(
            KubernetesConfiguration(server: server, certificateAuthority: authority, credentials: credentials),
            clock: clock.clock)
    }

    @Test("A token file is read again after a minute; while it can't be read the old token stays")
    func tokenFile() async throws {
        let folder = try TemporaryFolder()
        try Self.write("fake-1\n", to: folder.path("token"))
        let clock = HandClock()
        let store = try Self.store(KubernetesCredentials(token: .file(folder.path("token"))), clock)
        #expect(try await store.current().token?.exposed == "fake-1")
        try Self.write("fake-2", to: folder.path("token"))
        #expect(try await store.current().token?.exposed == "fake-1")
        clock.advance(.seconds(61))
        #expect(try await store.current().token?.exposed == "fake-2")
        try FileManager.default.removeItem(atPath: folder.path("token"))
        clock.advance(.seconds(61))
        #expect(try await store.current().token?.exposed == "fake-2")
    }

    @Test("After a 401 the file is read at once and the call made again, once")
    func unauthorized() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("token")
        try Self.write("fake-old", to: file)
        try await serve(credentials: KubernetesCredentials(token: .file(file))) { request in
            request.header("Authorization") == ["Bearer fake-new"]
                ? APIServerStub.Answer(200, configMap("a", version: 1)) : .failure(401, "Unauthorized")
        } _: { stub, client in
            let failed = await failure { () async throws(KubernetesFailure) in
                try await client.get(ConfigMap.self, "a", in: "n")
            }
            #expect(failed?.reason == .unauthorized && stub.log.count == 2)
            #expect("\(failed as Any)".contains("fake-old") == false)
            try Self.write("fake-new", to: file)
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            #expect(stub.log.count <= 5)
        }
    }

    @Test("An empty or missing token file is a failure that names it")
    func noToken() async throws {
        let folder = try TemporaryFolder()
        try Self.write(" \n", to: folder.path("empty"))
        for name in ["empty", "missing"] {
            let store = try Self.store(KubernetesCredentials(token: .file(folder.path(name))), HandClock())
            let failed = await failure { () async throws(KubernetesFailure) in try await store.current() }
            #expect(failed?.reason == .configuration && failed?.message.contains(folder.path(name)) == true)
        }
    }

    @Test("Certificates are read from files; broken ones are told without a byte of them")
    func certificates() async throws {
        let folder = try TemporaryFolder()
        let authority = try VaultCertificates(folder: URL(fileURLWithPath: folder.path), name: "test")
        try authority.makeLeaf("leaf")
        func certificate(key: String) -> KubernetesCredentials {
            KubernetesCredentials(
                certificate: ClientCertificate(
                    certificate: .file(folder.path("leaf.pem")), key: .file(folder.path(key))))
        }
        let good = try Self.store(
            certificate(key: "leaf.key"), HandClock(), authority: .file(folder.path("ca.pem")))
        let tls = try await good.current().tls
        #expect(tls.certificateChain.count == 1 && tls.privateKey != nil)
        try Self.write(
            "-----BEGIN PRIVATE KEY-----\nfake-leak\n-----END PRIVATE KEY-----\n", to: folder.path("bad.key"))
        let bad = try Self.store(certificate(key: "bad.key"), HandClock())
        let failed = await failure { () async throws(KubernetesFailure) in try await bad.current() }
        #expect(failed?.reason == .configuration && failed?.message.contains("fake-leak") == false)
    }

    @Test("The server's certificate must be of the given authority and name", .timeLimit(.minutes(1)))
    func serverNames() async throws {
        let authority = try TestAuthority(name: "test")
        let identity = try authority.issue("api", dnsNames: ["api.test"])
        let trusted = authority.certificatePEM
        let other = try TestAuthority(name: "other").certificatePEM
        try await APIServerStub.serve(identity: identity) { _ in
            APIServerStub.Answer(200, configMap("a", version: 1))
        } _: { stub, address in
            func call(_ authority: String, as name: String?) async throws -> KubernetesFailure? {
                let client = try KubernetesClient(
                    KubernetesConfiguration(
                        server: ServerAddress(address), certificateAuthority: .value(Secret(Array(authority.utf8))),
                        serverName: name, credentials: KubernetesCredentials(token: .value(Secret("fake-token"))),
                        requestTimeout: .seconds(20)), logger: quiet)
                let failed = await failure { () async throws(KubernetesFailure) in
                    try await client.get(ConfigMap.self, "a", in: "n")
                }
                try await client.shutdown()
                return failed
            }
            #expect(try await call(trusted, as: "api.test") == nil)
            for (authority, name) in [(trusted, nil), (trusted, "other.test"), (other, "api.test")] {
                let failed = try await call(authority, as: name)
                #expect(failed?.reason == .untrusted, "\(failed as Any)")
            }
            // Nobody who isn't trusted got the token.
            #expect(stub.log.count == 1)
        }
    }

    /// A plugin that counts its runs in `runs` and prints what `answer` says.
    private static func plugin(
        _ folder: TemporaryFolder, version: ExecPlugin.Version = .v1, limit: Duration = .seconds(10),
        _ answer: String, script: String = ""
    ) throws -> ExecPlugin {
        let path = folder.path("plugin.sh")
        try write(
            "#!/bin/sh\necho run >> '\(folder.path("runs"))'\nprintf '%s' \"$KUBERNETES_EXEC_INFO\" > '\(folder.path("info"))'\n"
                + "echo fake-noise >&2\n\(script)\ncat <<END\n\(answer)\nEND\n", to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        return ExecPlugin(
            version: version, command: path, arguments: ["fake-argument"],
            environment: Secret(["PATH": "/usr/bin:/bin"]),
            cluster: ExecPlugin.Cluster(server: try ServerAddress("https://127.0.0.1:6443")), limit: limit)
    }

    private static func credential(
        _ status: String, version: ExecPlugin.Version = .v1
    ) -> String {
        #"{"apiVersion":"\#(version.rawValue)","kind":"ExecCredential","status":{\#(status)}}"#
    }

    @Test("A plugin is run without a terminal and told of the cluster; its token holds until it expires")
    func plugin() async throws {
        let folder = try TemporaryFolder()
        let clock = HandClock()
        let expiry = Timestamp(clock.start.addingTimeInterval(600)).description
        let plugin = try Self.plugin(
            folder, Self.credential(#""token":"fake-token","expirationTimestamp":"\#(expiry)""#))
        let store = try Self.store(KubernetesCredentials(plugin: plugin), clock)
        for _ in 0..<3 {
            #expect(try await store.current().token?.exposed == "fake-token")
            clock.advance(.seconds(61))
        }
        #expect(folder.text("runs") == "run\n")
        let told = try JSONDecoder().decode(JSONValue.self, from: Data(folder.text("info").utf8))
        #expect(told["kind"] == "ExecCredential" && told["spec"]?["interactive"] == false)
        #expect(told["spec"]?["cluster"]?["server"] == "https://127.0.0.1:6443")
        #expect(store.drop(try await store.current()))
        _ = try await store.current()
        #expect(folder.text("runs") == "run\nrun\n")
        clock.advance(.seconds(600))
        _ = try await store.current()
        #expect(folder.text("runs") == "run\nrun\nrun\n")
    }

    @Test("Many calls at once run a plugin once")
    func single() async throws {
        let folder = try TemporaryFolder()
        let plugin = try Self.plugin(
            folder, version: .v1beta1, Self.credential(#""token":"fake-token""#, version: .v1beta1))
        let store = try Self.store(KubernetesCredentials(plugin: plugin), HandClock())
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<20 { group.addTask { try? await store.current().token?.exposed } }
            for await token in group { #expect(token == "fake-token") }
        }
        #expect(folder.text("runs") == "run\n")
    }

    @Test(
        "What a plugin does wrong is told, without what it printed",
        arguments: [
            ("fake-leak", "", "no ExecCredential"), (credential(""), "", "neither"),
            (credential(#""token":"fake-leak""#, version: .v1beta1), "", "of version"),
            (credential(#""token":"fake-leak","expirationTimestamp":"soon""#), "", "expirationTimestamp"),
            (credential(#""clientKeyData":"fake-leak""#), "", "key without certificate"),
            ("{}", "exit 3", "failed"), ("{}", "sleep 60", "within"),
        ])
    func misbehaving(_ answer: String, _ script: String, _ expected: String) async throws {
        let folder = try TemporaryFolder()
        let plugin = try Self.plugin(folder, limit: .seconds(script.contains("sleep") ? 1 : 20), answer, script: script)
        let failed = await failure { () async throws(KubernetesFailure) in try await plugin.credential() }
        #expect(failed?.message.contains(expected) == true, "\(failed as Any)")
        #expect("\(failed as Any)".contains("fake-") == false)
    }

    @Test("A plugin that isn't there is told by its name")
    func absent() async throws {
        for command in ["no-such-plugin", "/no/such/plugin"] {
            let plugin = ExecPlugin(command: command, environment: Secret(["PATH": "/usr/bin"]))
            let failed = await failure { () async throws(KubernetesFailure) in try await plugin.credential() }
            #expect(failed?.reason == .configuration && failed?.message.contains(command) == true)
        }
    }
}
