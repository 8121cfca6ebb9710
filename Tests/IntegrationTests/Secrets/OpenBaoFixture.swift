import Foundation
import LocalPlatform
import Logging
import NIOHTTP1
import PalanaCore
import ServiceSupport
import TestSupport
import Testing
import VaultClient

/// The platform's own OpenBao in a folder of its own, set up and running.
struct OpenBaoFixture: Sendable {
    let folder: URL
    let layout: OpenBaoLayout
    let process: OpenBaoProcess

    /// Prepares the store and gives the fixture to `body`; OpenBao isn't started yet. All is gone afterwards.
    static func prepared(_ body: (OpenBaoFixture) async throws -> Void) async throws {
        let folder = URL(fileURLWithPath: "/tmp/pv\(UInt32.random(in: 0..<1_000_000))")
        let layout = OpenBaoLayout(folder: folder.appending(path: "vault"))
        defer { try? FileManager.default.removeItem(at: folder) }
        let command = try OpenBaoStore(layout: layout).prepare(program: bao())
        let process = OpenBaoProcess(
            executable: command.executable, arguments: command.arguments, environment: command.environment,
            log: folder.appending(path: "bao.log"))
        defer { process.kill() }
        try await body(OpenBaoFixture(folder: folder, layout: layout, process: process))
    }

    /// The same, started and set up.
    static func running(_ body: (OpenBaoFixture) async throws -> Void) async throws {
        try await prepared { fixture in
            _ = try await fixture.start()
            try await body(fixture)
        }
    }

    static func bao() throws -> String {
        try #require(ToolLocator(environment: ProcessInfo.processInfo.environment).path(of: "bao"), "bao is missing")
    }

    /// Prepares (as `palana up` does at each start), starts and waits.
    @discardableResult
    func start() async throws -> OpenBaoAccess {
        _ = try OpenBaoStore(layout: layout).prepare(program: Self.bao())
        try process.start()
        return try await ready()
    }

    func ready(deadline: Duration = .seconds(30)) async throws(VaultFailure) -> OpenBaoAccess {
        try await OpenBaoInitializer(layout: layout, logger: Logger(label: "test")).run(deadline: deadline)
    }

    var configuration: VaultConfiguration {
        VaultConfiguration(address: VaultAddress(unixSocket: layout.socket.path))
    }

    /// A client logged in as `role`, closed afterwards.
    func client<Value>(
        _ role: VaultRole, _ body: (VaultClient) async throws -> Value
    ) async throws -> Value {
        let appRole = try VaultRoleFiles(folder: layout.roles).read(role)
        return try await closing(
            VaultClient(configuration: configuration, role: appRole, logger: Logger(label: "test")), body)
    }

    /// A reader and a writer with all three roles.
    func secrets(_ body: (VaultSecretReader, VaultSecretWriter) async throws -> Void) async throws {
        try await client(.gatewayProxy) { proxy in
            try await client(.gatewayAgents) { agents in
                try await client(.api) { api in
                    try await body(
                        VaultSecretReader(proxy: proxy, agents: agents, user: { "user-\($0)" }),
                        VaultSecretWriter(client: api, user: { "user-\($0)" }))
                }
            }
        }
    }
}

/// Runs `body` with `client` and closes it whatever comes.
func closing<Value>(_ client: VaultClient, _ body: (VaultClient) async throws -> Value) async throws -> Value {
    do {
        let value = try await body(client)
        try await client.close()
        return value
    } catch {
        try await client.close()
        throw error
    }
}

/// Waits until `condition` holds, at most `limit`.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not within \(limit): \(what)")
}

extension SecretReference {
    static func test(_ name: String, _ mode: SecretMode = .proxy) -> SecretReference {
        SecretReference(owner: "alice", agent: "demo", name: name, mode: mode)
    }
}
