import Foundation
import Glibc
import Testing

@testable import LocalPlatform

/// One start of a sandbox for each mode, a row for each attempt.
@Suite("An agent that wants out gets")
struct HostileAgentTests {
    @Test("no way into a network", arguments: sandboxModes, HostileRow.network)
    func network(mode: SandboxMode, row: HostileRow) async throws { try await check(mode, row) }

    @Test("no hold on other processes or powers", arguments: sandboxModes, HostileRow.processes)
    func processes(mode: SandboxMode, row: HostileRow) async throws { try await check(mode, row) }

    @Test("no files, devices or mounts but its own", arguments: sandboxModes, HostileRow.files)
    func files(mode: SandboxMode, row: HostileRow) async throws { try await check(mode, row) }

    @Test("every one of its attempts looked at", arguments: sandboxModes)
    func complete(mode: SandboxMode) async throws {
        let expected = HostileRow.network + HostileRow.processes + HostileRow.files
        // What lies in the root depends on the host; another test looks.
        let seen = try await HostileRun.report(mode).keys.filter { $0 != "root" }
        #expect(Set(seen) == Set(expected.map(\.attempt)))
    }

    private func check(_ mode: SandboxMode, _ row: HostileRow) async throws {
        let seen = try #require(try await HostileRun.report(mode)[row.attempt])
        #expect(row.expected[mode]?.components(separatedBy: " or ").contains(seen) == true, "\(seen)")
    }
}

/// The one run of palana-hostile in each mode, which all rows share.
private actor HostileRun {
    private static let shared = HostileRun()
    private var runs: [SandboxMode: Task<[String: String], any Error>] = [:]

    /// Attempt → result.
    static func report(_ mode: SandboxMode) async throws -> [String: String] {
        try await shared.run(mode).value
    }

    private func run(_ mode: SandboxMode) -> Task<[String: String], any Error> {
        if let run = runs[mode] { return run }
        let run = Task { try await Self.tryEverything(mode) }
        runs[mode] = run
        return run
    }

    private static func tryEverything(_ mode: SandboxMode) async throws -> [String: String] {
        let fixture = try await SandboxFixture(mode, limits: SandboxLimits(temporary: 8 << 20))
        return try await fixture.withSandbox { sandbox in
            let (output, status) = try await sandbox.run(["/tests/palana-hostile", "\(getpid())"])
            #expect(status.isSuccess)
            let lines = output.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
            return Dictionary(lines.map { (String($0[0]), String($0.last ?? "")) }) { _, last in last }
        }
    }
}
