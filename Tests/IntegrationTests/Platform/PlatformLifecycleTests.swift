import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The end of a platform", .platform, .serialized)
struct PlatformLifecycleTests {
    @Test("by a signal is orderly: nothing is left over, and all is there at the next start")
    func orderly() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("exec", "one", "--no-tty", "--", "sh", "-c", "echo kept > /data/note")
        for number in [SIGINT, SIGHUP, SIGTERM] {
            let processes = try await Self.processes(of: platform)
            let sessions = platform.logText.components(separatedBy: "audit.failed").count
            #expect(await platform.end(by: number) == 0, "signal \(number): \(platform.logText.suffix(500))")
            try Self.expectNothingLeft(of: processes, platform)
            #expect(platform.logText.components(separatedBy: "audit.failed").count == sessions)
            try await Self.expectGoodAudit(platform, last: "stopped")
            try await platform.startAgain()
            try await Self.expectWholeAgain(platform)
        }
    }

    @Test("by a second Ctrl-C doesn't wait for agents that won't end")
    func impatient() async throws {
        let platform = try PlatformFixture.shared()
        async let stubborn = platform.palana(
            "run", "stubborn", "--no-tty", "--", "sh", "-c",
            "trap '' TERM; touch /data/ready; while :; do sleep 1; done")
        try await eventually("the agent runs") {
            try await platform.palana("exec", "stubborn", "--no-tty", "--", "test", "-e", "/data/ready").status == 0
        }
        let processes = try await Self.processes(of: platform)
        // Again and again, as people do: a second one that came later could come after the end.
        try await eventually("it has ended", within: .seconds(3)) {
            if platform.exitStatus == nil { platform.signal(SIGINT) }
            return platform.exitStatus != nil
        }
        #expect(platform.exitStatus == 130, "\(platform.logText.suffix(8_000))")
        try await Self.expectNothingAlive(of: processes)
        #expect(try await stubborn.status != 0)
        try await platform.startAgain()
        try await Self.expectWholeAgain(platform)
    }

    @Test("by kill -9 under load takes everything along within a second, and the next start is clean")
    func killed() async throws {
        let platform = try PlatformFixture.shared()
        let before = try platform.world.requests().count
        async let load = platform.palana(
            ["exec", "one", "--no-tty", "--", "python3", "-", "4", "100000", "/tmp/never", "/orders", "/echo"],
            input: try String(contentsOf: World.scripts.appending(path: "load.py"), encoding: .utf8))
        try await eventually("the load runs") { try platform.world.requests().count > before + 50 }
        let processes = try await Self.processes(of: platform)
        kill(try platform.platformID(), SIGKILL)
        try await Self.expectNothingAlive(of: processes)
        #expect(await platform.end(by: SIGTERM) == 137)
        #expect(try await load.status != 0)
        #expect(try platform.arrivals(from: before).strange.isEmpty)
        let down = try await platform.palana("status")
        #expect(down.status == 5, "\(down)")
        try await platform.startAgain()
        try await Self.expectWholeAgain(platform)
        #expect(try await platform.palana("audit", "verify").status == 0)
    }

    // MARK: - What is looked at

    /// All that the platform started; both agents and the three programs are among it.
    private static func processes(of platform: PlatformFixture) async throws -> [ProcessTree.Member] {
        try await eventually("the agents run") {
            for agent in ["one", "two"] {
                guard try await platform.palana("exec", agent, "--no-tty", "--", "true").status == 0 else {
                    return false
                }
            }
            return true
        }
        let found = try ProcessTree.descendants(of: try platform.platformID())
        let names = Set(found.map(\.name))
        #expect(names.isSuperset(of: ["envoy", "opa", "bao", "palana-init", "sleep"]), "\(names)")
        return found
    }

    /// How long a kill may take to reach everything.
    private static let reach = Duration.seconds(1)

    private static func expectNothingAlive(of processes: [ProcessTree.Member]) async throws {
        try await eventually("all its processes are gone", within: reach) { processes.allSatisfy { !$0.isAlive } }
    }

    private static func expectNothingLeft(
        of processes: [ProcessTree.Member], _ platform: PlatformFixture
    ) throws {
        let alive = processes.filter(\.isAlive)
        #expect(alive.isEmpty, "\(alive)")
        let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)
        #expect(!mounts.contains(platform.state))
        let sockets = FileManager.default.enumerator(atPath: platform.state)?.compactMap { $0 as? String }.filter {
            let type = try? FileManager.default.attributesOfItem(atPath: "\(platform.state)/\($0)")[.type]
            return type as? FileAttributeType == .typeSocket
        }
        #expect(sockets?.isEmpty == true, "\(sockets ?? [])")
    }

    private static func expectGoodAudit(_ platform: PlatformFixture, last action: String) async throws {
        let verified = try await platform.palana("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
        #expect(try platform.auditText().contains("\"\(action)\""))
    }

    private static func expectWholeAgain(_ platform: PlatformFixture) async throws {
        try await eventually("the agent is back with its data and its secret") {
            let note = try await platform.palana("exec", "one", "--no-tty", "--", "cat", "/data/note")
            guard note.status == 0, note.output == "kept\n" else { return false }
            return try await platform.probe("one", PlatformFailureTests.request).status == 200
        }
    }
}
