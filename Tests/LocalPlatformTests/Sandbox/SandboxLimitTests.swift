import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("A sandbox holds its agent to")
struct SandboxLimitTests {
    @Test("its number of processes, and PID 1 survives a fork bomb", arguments: sandboxModes)
    func forkBomb(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(
            mode, command: ["/tests/palana-probe", "fork", "5000"], limits: SandboxLimits(processes: 64))
        let tests = CheckedMount(
            source: try SandboxBuild.folder(), destination: "/tests", isWritable: false, repositories: [])
        let bomb = CheckedMount(source: tests.source, destination: "/bomb", isWritable: false, repositories: [])
        var configuration = fixture.configuration
        configuration.command = ["sh", "-c", "/tests/palana-probe fork 5000; echo fork: over; exec sleep 1000"]
        let sandbox = try await Sandbox.start(configuration, mounts: [tests, bomb])
        async let end = sandbox.supervise()
        try await eventually { fixture.folder.text("agent.log").contains("fork: over") }
        let made =
            fixture.folder.text("agent.log").split(separator: "\n").compactMap { $0.split(separator: " ").first }
            .compactMap { Int($0) }.first ?? 5000
        #expect((30...64).contains(made))
        let clock = ContinuousClock()
        let before = clock.now
        await sandbox.stop(grace: .zero)
        #expect(await end.status.code != 0)
        #expect(clock.now - before < .seconds(5))
    }

    @Test("its workspace's size, however fast it writes", arguments: sandboxModes)
    func workspace(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(
            mode, command: ["sh", "-c", "/tests/palana-probe fill /data/big; sleep 1000"], workspaceSize: 32 << 20)
        let tests = CheckedMount(
            source: try SandboxBuild.folder(), destination: "/tests", isWritable: false, repositories: [])
        let sandbox = try await Sandbox.start(fixture.configuration, mounts: [tests])
        async let end = sandbox.supervise()
        switch mode {
        case .root:
            try await eventually { fixture.folder.text("agent.log").contains("No space left on device") }
            let written = Int(fixture.folder.text("agent.log").split(separator: " ").first ?? "") ?? 0
            #expect((16...32).contains(written))
            sandbox.kill()
            #expect(await end.reason == nil)
        case .user:
            let reason = await end.reason
            #expect(reason?.contains("the workspace holds more than workspace.size") == true)
        }
    }

    @Test("its log's size", arguments: sandboxModes)
    func log(mode: SandboxMode) async throws {
        let limit = 256 << 10
        let fixture = try await SandboxFixture(
            mode, command: ["sh", "-c", "yes flood | head -c 20000000; echo last words"], logLimit: limit)
        #expect(try await fixture.runToEnd().status.isSuccess)
        try await eventually { fixture.folder.text("agent.log").hasSuffix("last words\n") }
        let kept = fixture.folder.text("agent.log").utf8.count + fixture.folder.text("agent.log.1").utf8.count
        #expect(kept <= limit && kept > limit / 2)
    }

    @Test("its memory", arguments: sandboxModes)
    func memory(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(
            mode, command: ["python3", "-c", "b = bytearray(600 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1"],
            limits: SandboxLimits(memory: 128 << 20))
        let exit = try await fixture.runToEnd()
        #expect(!exit.status.isSuccess)
        if fixture.configuration.limitMethod.limitsWholeAgents {
            #expect(exit.reason == "the memory limit was reached")
        }
    }

    @Test(
        "its life: kill -9 of guard or launcher ends everything within a second", arguments: sandboxModes,
        [true, false])
    func killed(mode: SandboxMode, guardItself: Bool) async throws {
        let fixture = try await SandboxFixture(mode)
        let sandbox = try await Sandbox.start(fixture.configuration)
        async let end = sandbox.supervise()
        for _ in 0..<3 {
            let null = try Descriptor.open("/dev/null", flags: O_RDWR)
            _ = try await sandbox.exec(
                ["setsid", "sleep", "1000"], streams: .descriptors(input: null, output: null, error: null))
        }
        let family = Self.descendants(of: sandbox.id)
        #expect(family.count >= 6)
        let victim = guardItself ? sandbox.id : try #require(family.first)
        kill(victim, SIGKILL)
        try await eventually(within: .seconds(1)) { family.allSatisfy { kill($0, 0) != 0 || isZombie($0) } }
        #expect(await end.status.code == 137)
    }

    /// The children of a process and theirs, nearest first.
    private static func descendants(of id: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        var next = [id]
        while let parent = next.popLast() {
            let text = (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
            let children = text.split(separator: " ").compactMap { pid_t($0) }
            found += children
            next += children
        }
        return found
    }

    @Test("nothing that stays behind: control groups and mounts go with it", arguments: sandboxModes)
    func leftovers(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode, workspaceSize: 16 << 20)
        let name = fixture.configuration.controlGroup
        let groups = ["", "memory/", "pids/", "cpu/"].map { "/sys/fs/cgroup/\($0)palana/\(name)" }
        try await fixture.withSandbox { _ in
            let made = groups.contains { FileManager.default.fileExists(atPath: $0) }
            #expect(made == (mode == .root && fixture.configuration.limitMethod.limitsWholeAgents))
        }
        let mounts = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        #expect(!mounts.contains(fixture.folder.path))
        for group in groups { #expect(!FileManager.default.fileExists(atPath: group)) }
    }
}
