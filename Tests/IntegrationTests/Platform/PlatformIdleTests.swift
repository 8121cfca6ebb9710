import Foundation
import PalanaCore
import TestSupport
import Testing

@Suite("Agents that do nothing on a running platform", .platform, .serialized)
struct PlatformIdleTests {
    private static func text(_ name: String, _ more: String) -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: \(name)}
        spec:
          command: [sh, -c, "date > /data/begun; sleep infinity"]
          egress: {allow: [{host: api.e2e.test}, {host: other.e2e.test}]}
          \(more)
        ---

        """
    }

    private func agent(_ name: String, _ platform: PlatformFixture) async throws -> Agent {
        let text = try await platform.must("get", "agent", name, "-o", "json")
        return try JSONDecoder().decode(Agent.self, from: Data(text.utf8))
    }

    private func isSuspended(_ name: String, _ platform: PlatformFixture) async throws {
        try await eventually("\(name) is suspended", within: .seconds(40)) {
            try await agent(name, platform).status?.phase == .suspended
        }
    }

    @Test("are warned and suspended; their data stays, a request is refused meanwhile, and palana run wakes them")
    func idle() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must(
            "apply", "-f", "-", input: Self.text("lazy", "idle: {after: 5s, warnBefore: 2s}"))
        try await eventually("it is warned") {
            try await agent("lazy", platform).status?.conditions?[.idle]?.reason == "Warned"
        }
        try await isSuspended("lazy", platform)
        let status = try await agent("lazy", platform).status
        #expect(status?.conditions?[.idle]?.reason == "Suspended" && status?.lastActivity != nil)
        let described = try await platform.must("describe", "agent", "lazy")
        #expect(described.contains("It did nothing; palana run, exec or resume wakes it."), "\(described)")
        let run = try await platform.palana("run", "lazy", "--no-tty", "--", "cat", "/data/begun")
        #expect(run.status == 0 && !run.output.isEmpty, "\(run)")
        try await platform.must("start", "lazy")
        try await isSuspended("lazy", platform)
        let exec = try await platform.palana("exec", "lazy", "--no-tty", "--", "cat", "/data/begun")
        #expect(exec.status == 0, "\(exec)")
        let records = try platform.auditText().split(separator: "\n").filter { $0.contains("\"lazy\"") }
        #expect(records.contains { $0.contains("idle-warned") })
        #expect(records.contains { $0.contains("It did nothing for 5s.") })
        try await platform.must("delete", "agent", "lazy")
    }

    @Test("go on as long as they ask for anything but what doesn't count")
    func requests() async throws {
        let platform = try PlatformFixture.shared()
        let loop = """
            command: [sh, -c, "while :; do curl -s -o /dev/null https://$0/echo; sleep 1; done", HOST]
              idle: {after: 6s, cpuFloor: "1", ignoreHosts: [other.e2e.test]}
            """
        func agent(_ name: String, _ host: String) -> String {
            """
            apiVersion: palana.dev/v1alpha1
            kind: Agent
            metadata: {name: \(name)}
            spec:
              egress: {allow: [{host: api.e2e.test}, {host: other.e2e.test}]}
              \(loop.replacing("HOST", with: host))
            ---

            """
        }
        let before = try platform.world.requests().count
        try await platform.must(
            "apply", "-f", "-", input: agent("asking", "api.e2e.test") + agent("beating", "other.e2e.test"))
        try await isSuspended("beating", platform)
        #expect(try platform.world.requests().count > before + 3)
        let asking = try await self.agent("asking", platform)
        #expect(asking.status?.phase == .running && asking.status?.conditions?[.idle]?.status != .true)
        for name in ["asking", "beating"] { try await platform.must("delete", "agent", name) }
    }

    @Test("stay as they are over a restart of the platform, which ends nothing early; a ttl ends another")
    func restart() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must(
            "apply", "-f", "-", input: Self.text("lazy", "idle: {after: 4s}") + Self.text("quiet", "idle: {after: 10m}")
        )
        try await platform.must("apply", "-f", "-", input: Self.text("old", "ttl: 20s"))
        try await isSuspended("lazy", platform)
        #expect(await platform.end(by: SIGKILL) == 137)
        try await platform.startAgain()
        #expect(try await agent("lazy", platform).status?.phase == .suspended)
        try await isSuspended("old", platform)
        let start = try await platform.palana("start", "old")
        #expect(start.status != 0 && start.error.contains("spec.ttl"), "\(start)")
        #expect(try await agent("quiet", platform).status?.phase == .running)
        let exec = try await platform.palana("exec", "lazy", "--no-tty", "--", "cat", "/data/begun")
        #expect(exec.status == 0, "\(exec)")
        for name in ["lazy", "quiet", "old"] { try await platform.must("delete", "agent", name) }
    }
}
