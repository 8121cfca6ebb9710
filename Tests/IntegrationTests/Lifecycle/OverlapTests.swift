import Foundation
import TestSupport
import Testing

@Suite("Commands at the same time", .platform, .serialized)
struct OverlapTests {
    @Test("put every denial in force")
    func applies() async throws {
        let platform = try PlatformFixture.shared()
        let count = 6
        try await withThrowingDiscardingTaskGroup { group in
            for index in 0..<count {
                group.addTask { try await platform.must("apply", "-f", "-", input: Self.denial(index)) }
            }
        }
        for index in 0..<count {
            let answer = try await platform.palana("policy", "explain", "one", "GET", "https://race\(index).test/")
            #expect(answer.status == 3 && answer.output.contains("race-\(index)"), "\(answer)")
        }
        for index in 0..<count { try await platform.must("delete", "egresspolicy", "race-\(index)") }
    }

    private static func denial(_ index: Int) -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: EgressPolicy
        metadata: {name: race-\(index)}
        spec:
          deny:
          - {host: race\(index).test}

        """
    }

    @Test("start and delete, start and suspend leave nothing that runs unseen", arguments: ["delete", "suspend"])
    func races(_ second: String) async throws {
        let platform = try PlatformFixture.shared()
        for round in 0..<4 {
            let name = "\(second)-\(round)"
            let seconds = "\(Int.random(in: 100_000_000...999_999_999))"
            let manifest = """
                apiVersion: palana.dev/v1alpha1
                kind: Agent
                metadata: {name: \(name)}
                spec: {suspended: true, command: [sleep, "\(seconds)"]}

                """
            try await platform.must("apply", "-f", "-", input: manifest)
            async let start = platform.palana("start", name)
            let end = try await platform.palana(second == "delete" ? ["delete", "agent", name] : ["suspend", name])
            #expect(end.status == 0, "\(end)")
            #expect([0, 4].contains(try await start.status))
            let phase = try await platform.palana("get", "agent", name)
            #expect(phase.status == (second == "delete" ? 4 : 0))
            let running = try await Command.run("/usr/bin/pgrep", ["-f", "sleep \(seconds)"])
            // Whichever came first: an agent runs if and only if it says so.
            #expect((running.status == 0) == phase.output.contains("Running"), "\(phase)\n\(running)")
        }
    }
}

@Suite("A person attached to an agent", .platform, .serialized)
struct AttachedPersonTests {
    /// An agent that never reads its input, which is without end.
    private static func script(_ platform: PlatformFixture, _ name: String, _ pidFile: String) -> String {
        """
        yes | head -c 700000000 | { sh -c 'echo $$ > \(pidFile); exec "$@"' sh \(PlatformFixture.program) run \(name) \
        --no-tty -- sleep infinity; echo "code $?"; }
        """
    }

    private func isRunning(_ name: String) async throws -> Bool {
        try await PlatformFixture.shared().palana("exec", name, "--", "true").status == 0
    }

    @Test("ends it by a signal, though it never reads its input, and the input doesn't pile up in memory")
    func signal() async throws {
        let platform = try PlatformFixture.shared()
        let file = platform.folder.path("signal.pid")
        async let ended = Command.run(
            "/bin/sh", ["-c", Self.script(platform, "deaf", file)], environment: ["PALANA_STATE": platform.state])
        let command = try await Command.process(in: file)
        try await eventually("the agent runs", within: .seconds(20)) { try await isRunning("deaf") }
        let memory = try String(contentsOfFile: "/proc/\(command)/status", encoding: .utf8).split(separator: "\n")
            .first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        #expect(try #require(memory) < 150_000)
        let before = ContinuousClock.now
        kill(command, SIGTERM)
        let result = try await ended
        #expect(result.output.contains("code 143"), "\(result)")
        #expect(ContinuousClock.now - before < .seconds(3))
    }

    @Test("takes it along when the terminal is killed, though it never reads its input")
    func hangUp() async throws {
        let platform = try PlatformFixture.shared()
        let file = platform.folder.path("hangup.pid")
        async let ended = Command.run(
            "/bin/sh", ["-c", Self.script(platform, "orphan", file)], environment: ["PALANA_STATE": platform.state])
        let command = try await Command.process(in: file)
        try await eventually("the agent runs", within: .seconds(20)) { try await isRunning("orphan") }
        kill(command, SIGKILL)
        _ = try await ended
        try await eventually("the agent has ended") { try await !isRunning("orphan") }
    }
}
