import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A platform on a disk that runs full", .platform(.smallDisk(320)), .serialized)
struct PlatformDiskTests {
    @Test("pauses the agents, then refuses what it can't record, and goes on when there is room again")
    func full() async throws {
        let platform = try PlatformFixture.shared()
        let state = try platform.visibleState()
        let socket = try await Self.egressSocket(platform, state)
        let sleeper = try #require(
            try ProcessTree.descendants(of: try platform.platformID()).first { $0.name == "sleep" })

        // Less than what agents are paused at.
        try Self.fill("\(state)/filler", leaving: 200 << 20)
        try await eventually("the agents are stopped where they are, and that is recorded") {
            let paused = try platform.auditText().contains("agents-paused")
            return try paused && Self.isStopped(sleeper.id)
        }

        // Nothing at all: what comes out of a sandbox now is asked for at its socket, since its processes stand still.
        try await eventually("requests are refused", within: .seconds(60)) {
            // The audit log's reserve gives some blocks back first.
            try Self.fill("\(state)/more-\(UUID().uuidString)", leaving: 0)
            return try await Self.ask(platform, socket).contains("audit_unavailable")
        }
        let arrived = try platform.world.requests().count
        #expect(try await Self.ask(platform, socket).contains("audit_unavailable"))
        #expect(try platform.world.requests().count == arrived)
        for arguments in [["exec", "one", "--no-tty", "--", "true"], ["apply", "-f", "-"]] {
            let refused = try await platform.palana(arguments, input: Self.another)
            #expect(refused.status != 0 && refused.error.split(separator: "\n").count == 1, "\(refused)")
        }

        for name in try FileManager.default.contentsOfDirectory(atPath: state)
        where name == "filler" || name.hasPrefix("more-") {
            try FileManager.default.removeItem(atPath: "\(state)/\(name)")
        }
        try await eventually("the agents go on") { try !Self.isStopped(sleeper.id) }
        try await eventually("requests go through again", within: .seconds(30)) {
            let again = try await platform.palana("exec", "one", "--no-tty", "--", "true")
            guard again.status == 0 else { return false }
            return try await platform.probe("one", PlatformFailureTests.request).status == 200
        }
        try await platform.must("apply", "-f", "-", input: Self.another)
        try await platform.must(
            "secrets", "add", "late", "KEY", "--stdin", "--host", "api.e2e.test", input: "fake-value-of-a-late-secret")
        let verified = try await platform.palana("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    /// The one through which agent `one` comes out, which alone may ask for the plain host.
    private static func egressSocket(_ platform: PlatformFixture, _ state: String) async throws -> String {
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(state)/run/a") {
            let socket = "\(state)/run/a/\(name)/s"
            if try await ask(platform, socket).contains("\"target\": \"/seen\"") { return socket }
        }
        throw PlatformFixture.Failed(description: "no agent's socket lets requests out")
    }

    private static func ask(_ platform: PlatformFixture, _ socket: String) async throws -> String {
        let url = "http://plain.e2e.test:\(platform.world.ports.plain)/seen"
        return try await Command.run("/usr/bin/curl", ["-s", "-m", "10", "--unix-socket", socket, url]).output
    }

    private static let another = """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: late}
        spec: {secrets: [{name: KEY, hosts: [api.e2e.test]}]}

        """

    /// Takes blocks of the disk until only `bytes` are left; what is smaller than a block is written.
    private static func fill(_ path: String, leaving bytes: Int) throws {
        var numbers = statvfs()
        guard statvfs(path.replacing(/\/[^\/]*$/, with: ""), &numbers) == 0 else { throw CocoaError(.fileReadUnknown) }
        let free = Int(numbers.f_bavail) * Int(numbers.f_frsize)
        guard free > bytes else { return }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        // Someone else may have taken the last blocks: then there is nothing left to take, which is as good.
        let code = posix_fallocate(descriptor, 0, free - bytes)
        guard code == 0 || code == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func isStopped(_ process: Int32) throws -> Bool {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return text.contains("State:\tT")
    }
}
