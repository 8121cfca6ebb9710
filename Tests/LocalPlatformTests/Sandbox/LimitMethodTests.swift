import Foundation
import Glibc
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("The way in which limits are enforced")
struct LimitMethodTests {
    private func detect(_ mode: SandboxMode, groups: String, runtime: String? = nil, tools: [String] = [])
        -> LimitMethod
    {
        LimitMethod.detect(mode: mode, groups: groups, runtimeFolder: runtime, tools: tools)
    }

    @Test(
        "is version 2 where the needed controllers are in it, and nothing rather than half of it",
        arguments: [("cpuset cpu io memory pids", true), ("memory pids", true), ("hugetlb", false), ("", false)])
    func unified(controllers: String, isUsed: Bool) throws {
        let folder = try TemporaryFolder()
        try Data((controllers + "\n").utf8).write(to: URL(filePath: folder.path("cgroup.controllers")))
        #expect(
            detect(.root, groups: folder.path)
                == (isUsed ? .unified(folder: folder.path("palana")) : .processLimits))
    }

    @Test("is version 1 where each controller has its own hierarchy")
    func separate() throws {
        let folder = try TemporaryFolder()
        #expect(detect(.root, groups: folder.path) == .processLimits)
        for name in ["memory", "pids", "cpu"] {
            try folder.make(name)
            try Data().write(to: URL(filePath: folder.path("\(name)/cgroup.procs")))
        }
        #expect(
            detect(.root, groups: folder.path)
                == .separate(
                    folders: Dictionary(
                        uniqueKeysWithValues: ["memory", "pids", "cpu"].map { ($0, folder.path("\($0)/palana")) })))
    }

    @Test("is a scope where the user has a systemd of its own")
    func scope() throws {
        let folder = try TemporaryFolder()
        try folder.make("run/systemd")
        try folder.make("bin")
        let program = folder.path("bin/systemd-run")
        try Data().write(to: URL(filePath: program))
        chmod(program, 0o755)
        let (runtime, tools) = (folder.path("run"), [folder.path("bin")])
        #expect(detect(.user, groups: "/nowhere", runtime: runtime, tools: tools) == .processLimits)
        try Data().write(to: URL(filePath: folder.path("run/systemd/private")))
        let method = LimitMethod.scope(systemdRun: program, runtimeFolder: runtime)
        #expect(detect(.user, groups: "/nowhere", runtime: runtime, tools: tools) == method)
        #expect(detect(.user, groups: "/nowhere", runtime: runtime) == .processLimits)
        #expect(
            method.wrapping(
                ["bwrap", "--", "init"], limits: SandboxLimits(cpus: 0.25, memory: 1 << 30, processes: 99))
                == [
                    program, "--user", "--scope", "--quiet", "--collect", "-p", "TasksMax=99", "-p",
                    "MemoryMax=1073741824", "-p", "MemorySwapMax=0", "-p", "CPUQuota=25%", "--", "bwrap", "--", "init",
                ])
        #expect(
            method.environment == [
                "XDG_RUNTIME_DIR": runtime, "DBUS_SESSION_BUS_ADDRESS": "unix:path=\(runtime)/bus",
            ])
    }

    @Test("writes version 2's limits, with cpu in microseconds of each 100 ms")
    func unifiedValues() throws {
        let folder = try TemporaryFolder()
        try folder.make("palana/agent")
        try Data("cpu memory pids\n".utf8).write(to: URL(filePath: folder.path("cgroup.controllers")))
        let files = ["pids.max", "memory.max", "memory.swap.max", "cpu.max"].map { "palana/agent/\($0)" }
        for name in files + ["cgroup.subtree_control", "palana/cgroup.subtree_control"] {
            try Data().write(to: URL(filePath: folder.path(name)))
        }
        _ = try ControlGroup.make(
            "agent", method: .unified(folder: folder.path("palana")),
            limits: SandboxLimits(cpus: 1.5, memory: 1 << 20, processes: 7))
        #expect(files.map(folder.text) == ["7", "1048576", "0", "150000 100000"])
        #expect(folder.text("palana/cgroup.subtree_control") == "+cpu +memory +pids")
    }

    /// A version 2 hierarchy of this machine, whatever its controllers.
    private static let hierarchy = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
        geteuid() == 0 && LimitMethod.controllers(of: $0) != nil
    }

    @Test(
        "in a real version 2 hierarchy: a child is in its group from the start, and the group goes with it",
        .enabled(if: hierarchy != nil, "no version 2 hierarchy that we may write"))
    func real() async throws {
        let parent = "\(try #require(Self.hierarchy))/palana-test-\(getpid())"
        defer { rmdir(parent) }
        let group = try #require(
            try ControlGroup.make("agent", method: .unified(folder: parent), limits: SandboxLimits()))
        let child = try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: try SandboxBuild.path(of: "palana-guard"), executable: "/bin/sleep", arguments: ["1000"],
                controlGroups: group.entrances))
        let members = { try String(contentsOfFile: "\(parent)/agent/cgroup.procs", encoding: .utf8) }
        try await eventually { try members() != "" }
        #expect(!group.remove())
        group.killAll()
        #expect(try await child.wait().code == 137)
        try await eventually { group.remove() }
        #expect(!FileManager.default.fileExists(atPath: "\(parent)/agent"))
    }
}
