import AuditLog
import Foundation
import Logging
import PalanaCore
import PlatformAPI
import Testing

@Suite("What comes from outside drives no terminal")
struct TerminalTests {
    /// Serves the API where `palana` looks for it while `body` runs.
    private func withPlatform(_ body: @escaping @Sendable (CommandLineFixture) async throws -> Void) async throws {
        let fixture = try CommandLineFixture()
        try FileManager.default.createDirectory(
            atPath: "\(fixture.state)/run", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let socket = "\(fixture.state)/run/api"
        let server = APIServer(
            socketPath: socket, platform: HostilePlatform(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await eventually("the API answers") { FileManager.default.fileExists(atPath: socket) }
            try await body(fixture)
            group.cancelAll()
        }
    }

    @Test(
        "names, hosts, messages and output are shown escaped",
        arguments: [
            ["get", "agents"], ["get", "agent", "demo"], ["describe", "agent", "demo"], ["status"], ["logs", "demo"],
            ["secrets", "list", "demo"], ["policy", "explain", "demo", "GET", "https://a.b"],
            ["get", "agents", "-o", "json"], ["get", "agents", "-o", "yaml"],
        ])
    func api(_ arguments: [String]) async throws {
        try await withPlatform { fixture in
            let result = try await fixture.palana(arguments)
            #expect((result.output + result.error).contains("forged"), "nothing was shown: \(result)")
            let seen = (result.output + result.error).replacing("\t", with: "")
            #expect(CommandResult(status: 0, output: seen, error: "").isPlain, "\(result)")
            #expect(!seen.contains("\u{202e}"), "\(result)")
        }
    }

    @Test("logs keep lines, tabs and letters, and --raw gives the bytes")
    func logs() async throws {
        try await withPlatform { fixture in
            let shown = try await fixture.palana(["logs", "demo"]).output
            #expect(shown.hasPrefix("größe\tok\nx\\u{1b}[2J\nforged\\u{1b}]0;title\\u{7}\\u{0}\\u{9b}31m\\u{202e}y\n"))
            let raw = try await fixture.palana(["logs", "demo", "--raw"]).output
            #expect(raw.contains(HostilePlatform.words))
        }
    }

    @Test("hosts and paths in the audit log are shown escaped", arguments: ["query", "tail"])
    func audit(verb: String) async throws {
        let fixture = try CommandLineFixture()
        var settings = AuditConfiguration(
            folder: AuditFolder("\(fixture.state)/audit"), mapping: OCSFMapping(productVersion: "0.0.0-test"))
        settings.reserveBytes = 0
        let log = try AuditLog(settings, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        var event = AuditEvent(kind: .decision, action: "egress", outcome: .denied)
        event.agentName = HostilePlatform.words
        event.host = "a.b" + HostilePlatform.words
        event.path = "/" + HostilePlatform.words
        event.reason = HostilePlatform.words
        try await log.record(event)
        try log.close()
        for format in ["table", "json", "yaml"] where verb == "query" || format != "yaml" {
            // `tail` goes on until it is ended.
            let program = [PlatformFixture.program, "audit", verb, "-o", format]
            let result = try await Command.run(
                "/usr/bin/timeout", ["--preserve-status", verb == "tail" ? "2" : "20"] + program,
                environment: ["PALANA_STATE": fixture.state])
            #expect(result.output.contains("forged"), "\(result)")
            #expect(result.isPlain, "\(result)")
            #expect(!result.output.contains("\u{202e}"), "\(result)")
        }
    }
}
