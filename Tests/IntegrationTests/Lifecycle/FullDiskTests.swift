import Foundation
import Glibc
import LocalPlatform
import TestSupport
import Testing

@Suite("A state folder on a disk that runs full", .enabled(if: geteuid() == 0, "mounting a small disk needs root"))
struct FullDiskTests {
    @Test("pauses agents, starts none, and goes on when there is room")
    func low() async throws {
        let folder = try TemporaryFolder()
        try await withSmallDisk(at: folder.path("d")) { try await runFull(folder) }
    }

    private func withSmallDisk(at path: String, _ body: () async throws -> Void) async throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mounted = try await Command.run(
            "/usr/bin/mount", ["-t", "tmpfs", "-o", "size=420m,mode=700", "tmpfs", path])
        try #require(mounted.status == 0, "\(mounted)")
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        let unmounted = try await Command.run("/usr/bin/umount", ["-l", path])
        #expect(unmounted.status == 0, "\(unmounted)")
        try result.get()
    }

    private func runFull(_ folder: TemporaryFolder) async throws {
        let state = folder.path("d/s")
        func palana(_ arguments: String...) async throws -> CommandResult {
            try await Command.runDetaching(
                PlatformFixture.program, arguments, environment: ["PALANA_STATE": state])
        }
        do {
            let up = try await palana("up", "--detach")
            #expect(up.status == 0, "\(up)")
            let script = "while :; do echo tick; sleep 0.05; done"
            #expect(try await palana("create", "ticker", "--", "sh", "-c", script).status == 0)
            #expect(try await palana("create", "idle").status == 0)
            try fill(folder.path("d/ballast"))
            try await eventually("agents are paused") {
                try await palana("exec", "ticker", "--no-tty", "--", "kill", "-CONT", "-1").status == 5
            }
            let start = try await palana("run", "idle", "--no-tty", "--", "true")
            #expect(start.status == 5 && start.error.contains("nearly full"), "\(start)")
            let before = try await palana("logs", "ticker").output
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(try await palana("logs", "ticker").output == before)
            try FileManager.default.removeItem(atPath: folder.path("d/ballast"))
            try await eventually("the agent goes on") { try await palana("logs", "ticker").output.count > before.count }
            #expect(try await palana("run", "idle", "--no-tty", "--", "true").status == 0)
            #expect(try await palana("audit", "verify").status == 0)
        } catch {
            _ = try await palana("down")
            throw error
        }
        #expect(try await palana("down").status == 0)
    }

    /// Leaves 128 MiB.
    private func fill(_ path: String) throws {
        var numbers = statvfs()
        try #require(statvfs(path.replacing("/ballast", with: ""), &numbers) == 0)
        let bytes = Int(numbers.f_bavail) * Int(numbers.f_frsize) - (128 << 20)
        let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        try #require(posix_fallocate(descriptor, 0, bytes) == 0)
    }
}
