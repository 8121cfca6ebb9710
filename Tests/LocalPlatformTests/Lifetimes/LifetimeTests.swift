import Foundation
import PalanaCore
import PlatformAPI
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("Agents that end and go on by themselves")
struct LifetimeTests {
    private typealias Fixture = OperationsFixture

    private static func text(_ name: String, _ more: String, _ program: String = "sleep 1000") -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: \(name)}
        spec: {command: [sh, -c, "echo begun >> /data/begun; \(program)"], \(more)}
        ---

        """
    }

    private func apply(_ text: String, _ fixture: Fixture) async throws {
        _ = try await fixture.operations.apply(text, dryRun: false)
    }

    private func isSuspended(_ name: String, _ fixture: Fixture) async throws {
        try await eventually {
            guard let agent = await fixture.agent(name) else { return false }
            guard agent.status?.phase == .suspended else { return false }
            return await !fixture.isRunning(agent.id)
        }
    }

    private func condition(_ type: ConditionType, _ name: String, _ fixture: Fixture) async -> Condition? {
        await fixture.agent(name)?.status?.conditions?[type]
    }

    private func acts(_ name: String, _ fixture: Fixture) -> [String] {
        fixture.audit.events.filter { $0.agentName == name && $0.actor == "palana" }.map(\.action)
    }

    private func exec(_ name: String, _ fixture: Fixture) async throws -> Int32 {
        let process = try await fixture.operations.attach(
            AttachRequest(verb: .exec, agent: name, command: ["true"], tty: false))
        let code = try await process.session.relay { _ in }
        await process.detach()
        return code
    }

    @Test("an idle one is warned and suspended; of many who come to it at once one wakes it, and its data is there")
    func idle() async throws {
        try await Fixture.with { fixture in
            try await apply(Self.text("lazy", "idle: {after: 3s, warnBefore: 1s}"), fixture)
            try await eventually { await condition(.idle, "lazy", fixture)?.reason == "Warned" }
            let id = try #require(await fixture.agent("lazy")).id
            #expect(await fixture.isRunning(id))
            try await isSuspended("lazy", fixture)
            #expect(fixture.directory.agent(id)?.standing == .suspended)
            try await eventually { acts("lazy", fixture) == ["idle-warned", "suspended"] }
            #expect(fixture.audit.events.contains { $0.reason == "It did nothing for 3s." })
            #expect(await condition(.idle, "lazy", fixture)?.reason == "Suspended")
            #expect(await fixture.agent("lazy")?.status?.lastActivity != nil)
            let codes = try await withThrowingTaskGroup(of: Int32.self) { group in
                for _ in 0..<8 { group.addTask { try await exec("lazy", fixture) } }
                return try await group.reduce(into: [Int32]()) { $0.append($1) }
            }
            #expect(codes == Array(repeating: 0, count: 8))
            #expect(fixture.folder.text("data/\(id)/data/begun") == "begun\nbegun\n")
            #expect(fixture.audit.events.filter { $0.action == "resumed" }.count == 1)
            #expect(await condition(.idle, "lazy", fixture)?.status == .false)
            try await isSuspended("lazy", fixture)
            try await fixture.operations.start(agent: "lazy")
            #expect(await fixture.isRunning(id))
        }
    }

    @Test("one that computes, that asks for something or that a person is attached to isn't idle")
    func active() async throws {
        try await Fixture.with { fixture in
            let idle = "idle: {after: 2s, ignoreHosts: [beat.example.com]}"
            try await apply(Self.text("busy", idle, "while :; do :; done"), fixture)
            try await apply(Self.text("asking", idle) + Self.text("beating", idle), fixture)
            try await apply(Self.text("watched", idle), fixture)
            let watched = try await fixture.operations.attach(
                AttachRequest(verb: .exec, agent: "watched", command: ["sleep", "1000"], tty: false))
            async let code = watched.session.relay { _ in }
            let (asking, beating) = (await fixture.agent("asking"), await fixture.agent("beating"))
            try await eventually {
                for (agent, host) in [(asking, "api.example.com"), (beating, "beat.example.com")] {
                    if let agent { fixture.operations.parts.activity.note(agent.id, host: host) }
                }
                return await fixture.agent("beating")?.status?.phase == .suspended
            }
            let later = ContinuousClock.now + .seconds(2)
            try await eventually {
                if let asking { fixture.operations.parts.activity.note(asking.id, host: "api.example.com") }
                return ContinuousClock.now > later
            }
            for name in ["busy", "asking", "watched"] {
                #expect(await fixture.agent(name)?.status?.phase == .running, "\(name)")
            }
            await watched.detach()
            #expect(try await code != 0)
            try await isSuspended("watched", fixture)
            try await isSuspended("asking", fixture)
            #expect(await fixture.agent("busy")?.status?.phase == .running)
        }
    }

    @Test("its owner's own suspension stands: nobody wakes it but by resume, run or start")
    func owner() async throws {
        try await Fixture.with { fixture in
            try await apply(Self.text("lazy", "idle: {after: 1s}"), fixture)
            try await isSuspended("lazy", fixture)
            try await fixture.operations.suspend(agent: "lazy")
            #expect(await condition(.idle, "lazy", fixture)?.status == .false)
            let error = await #expect(throws: APIError.self) { try await exec("lazy", fixture) }
            #expect(error?.reason == .conflict && error?.message.contains("is not running") == true)
            try await fixture.operations.resume(agent: "lazy")
            #expect(try await exec("lazy", fixture) == 0)
        }
    }

    @Test("the end of its ttl is announced, suspends it for good, and a longer one lets it go on")
    func life() async throws {
        try await Fixture.with { fixture in
            try await apply(Self.text("old", "ttl: 10s"), fixture)
            try await eventually { await condition(.expired, "old", fixture)?.reason == "Announced" }
            #expect(await fixture.agent("old")?.status?.phase == .running)
            try await isSuspended("old", fixture)
            try await eventually { acts("old", fixture) == ["end-announced", "suspended"] }
            #expect(await condition(.expired, "old", fixture)?.status == .true)
            for act in [fixture.operations.start, fixture.operations.resume] {
                let error = await #expect(throws: APIError.self) { try await act("old") }
                #expect(error?.message.contains("spec.ttl") == true)
            }
            try await apply(Self.text("old", "ttl: 1h"), fixture)
            try await fixture.operations.resume(agent: "old")
            try await eventually { await condition(.expired, "old", fixture)?.reason == "Recalled" }
            #expect(await fixture.agent("old")?.status?.phase == .running)
        }
    }

    @Test("deletes where that is said, and only after whoever holds it lets go")
    func deletion() async throws {
        try await Fixture.with { fixture in
            try await apply(Self.text("old", "ttl: 3s, ttlAction: delete"), fixture)
            try await apply(Self.text("lazy", "idle: {after: 1s, action: delete}"), fixture)
            try await apply(LocalKillTests.killText("k", target: "{agent: held}"), fixture)
            try await apply(Self.text("held", "idle: {after: 1s, action: delete}"), fixture)
            let ids = await fixture.agents().map(\.id)
            try await eventually { await fixture.agents().map(\.metadata.name) == ["held"] }
            // Recorded once it is done.
            try await eventually { acts("old", fixture) == ["end-announced", "deleted"] }
            try await eventually { acts("lazy", fixture) == ["deleted"] }
            try await fixture.operations.delete(ResourceKey(.killSwitch, "k"))
            try await eventually { await fixture.agents().isEmpty }
            for id in ids { #expect(!fixture.folder.exists("data/\(id)")) }
        }
    }
}
