import Foundation
import Glibc
import PalanaCore
import PlatformAPI
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("Kill switches on one machine")
struct LocalKillTests {
    typealias Level = KillSwitchSpec.Level
    private typealias Fixture = OperationsFixture

    static func killText(
        _ name: String, _ level: Level = .network, target: String = "{agent: counter}", more: String = ""
    ) -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: KillSwitch
        metadata: {name: \(name)}
        spec: {target: \(target), level: \(level.rawValue), reason: "It leaks."\(more)}
        ---

        """
    }

    /// An agent that counts in its workspace as long as it runs.
    static let counter = """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: counter, labels: {team: web}}
        spec: {command: [sh, -c, "while :; do echo t >> /data/ticks; sleep 0.02; done"]}
        ---

        """

    private func ticks(_ id: AgentID, _ fixture: Fixture) -> Int { fixture.folder.text("data/\(id)/data/ticks").count }

    private func runs(_ id: AgentID, _ fixture: Fixture) async throws {
        let before = ticks(id, fixture)
        try await eventually { ticks(id, fixture) > before }
    }

    private func stands(_ id: AgentID, _ fixture: Fixture) async throws {
        let before = ticks(id, fixture)
        let later = ContinuousClock.now + .milliseconds(300)
        try await eventually { ContinuousClock.now > later }
        #expect(ticks(id, fixture) == before)
    }

    private func status(_ name: String, _ fixture: Fixture) async throws -> KillSwitchStatus? {
        guard case .killSwitch(let kill) = try await fixture.operations.get(ResourceKey(.killSwitch, name)) else {
            return nil
        }
        return kill.status
    }

    private func takesEffect(_ name: String, _ fixture: Fixture) async throws {
        try await eventually { try await status(name, fixture)?.conditions?[.ready]?.status == .true }
    }

    private func withCounter(_ body: (AgentID, Fixture) async throws -> Void) async throws {
        try await Fixture.with { fixture in
            _ = try await fixture.operations.apply(Self.counter, dryRun: false)
            let id = try #require(await fixture.agent("counter")).id
            try await runs(id, fixture)
            try await body(id, fixture)
        }
    }

    @Test("do at each level what it says, hold, and let go again", arguments: [Level.network, .freeze, .suspend])
    func levels(_ level: Level) async throws {
        try await withCounter { id, fixture in
            let operations = fixture.operations
            _ = try await operations.apply(Self.killText("k", level), dryRun: false)
            #expect(fixture.directory.agent(id)?.standing == .killed)
            try await takesEffect("k", fixture)
            let hits = try await status("k", fixture)?.agents
            #expect(hits?.map(\.agent) == [id.rawValue] && (hits?.first?.milliseconds ?? -1) >= 0)
            if level == .network { try await runs(id, fixture) } else { try await stands(id, fixture) }
            #expect(await fixture.isRunning(id) == (level < .suspend))
            let agent = await fixture.agent("counter")
            #expect(agent?.status?.phase == .killed)
            #expect(agent?.status?.conditions?[.killed]?.message == "KillSwitch k (\(level.rawValue)): It leaks.")
            let start = await #expect(throws: APIError.self) { try await operations.start(agent: "counter") }
            #expect(start?.reason == .conflict && start?.message.contains("palana release k") == true)
            let resume = await #expect(throws: APIError.self) { try await operations.resume(agent: "counter") }
            #expect(resume == start)
            try await operations.delete(ResourceKey(.killSwitch, "k"))
            #expect(fixture.directory.agent(id)?.standing == .active)
            try await runs(id, fixture)
            try await eventually { await fixture.agent("counter")?.status?.phase == .running }
            func acts() -> [AuditEvent] {
                fixture.audit.events.filter { $0.action.contains("kill") || $0.action == "released" }
            }
            // The record is the last thing.
            try await eventually { acts().count >= 4 }
            let recorded = acts()
            #expect(Set(recorded.map(\.action)) == ["kill-ordered", "killed", "kill-released", "released"])
            #expect(recorded.count == 4)
            #expect(recorded.allSatisfy { ($0.actor == "tester") == $0.action.hasPrefix("kill-") })
            #expect(recorded.first { $0.action == "killed" }?.reason == "It leaks.")
        }
    }

    @Test("that terminate delete the agent with its data, and catch the next one of its name")
    func terminate() async throws {
        try await withCounter { id, fixture in
            _ = try await fixture.operations.apply(Self.killText("k", .terminate), dryRun: false)
            try await takesEffect("k", fixture)
            #expect(await fixture.agent("counter") == nil && !fixture.folder.exists("data/\(id)"))
            let outcome = try await fixture.operations.apply(Self.counter, dryRun: false)
            #expect(outcome.first?.warnings == ["it is held by KillSwitch k (terminate): It leaks."])
            try await eventually { await fixture.agent("counter") == nil }
            #expect(ticks(id, fixture) == 0)
        }
    }

    @Test("catch agents that are made later; they begin when they are released")
    func later() async throws {
        try await Fixture.with { fixture in
            let target = "{selector: {labels: {team: web}}}"
            _ = try await fixture.operations.apply(Self.killText("k", .suspend, target: target), dryRun: false)
            try await takesEffect("k", fixture)
            let outcome = try await fixture.operations.apply(Self.counter, dryRun: false)
            #expect(outcome.first?.warnings.count == 1)
            let id = try #require(await fixture.agent("counter")).id
            #expect(fixture.directory.agent(id)?.standing == .killed)
            try await eventually { await fixture.agent("counter")?.status?.phase == .killed }
            #expect(await !fixture.isRunning(id) && ticks(id, fixture) == 0)
            try await fixture.operations.delete(ResourceKey(.killSwitch, "k"))
            try await runs(id, fixture)
        }
    }

    @Test("that reach the same agent hold it until the last is gone; the strongest counts")
    func several() async throws {
        try await withCounter { id, fixture in
            let operations = fixture.operations
            _ = try await operations.apply(
                Self.killText("all", .freeze, target: "{all: true}") + Self.killText("one"), dryRun: false)
            try await takesEffect("all", fixture)
            try await takesEffect("one", fixture)
            try await stands(id, fixture)
            try await operations.delete(ResourceKey(.killSwitch, "all"))
            try await runs(id, fixture)
            #expect(fixture.directory.agent(id)?.standing == .killed)
            try await eventually {
                await fixture.agent("counter")?.status?.conditions?[.killed]?.reason == "Network"
            }
            try await operations.delete(ResourceKey(.killSwitch, "one"))
            #expect(fixture.directory.agent(id)?.standing == .active)
        }
    }

    @Test("hold over a restart, before anything else is known")
    func restart() async throws {
        try await withCounter { id, fixture in
            _ = try await fixture.operations.apply(Self.killText("k"), dryRun: false)
            let again = LocalAgentDirectory(
                store: fixture.store, placeholders: try StoredPlaceholders(folder: fixture.folder.path("again")))
            try await again.refresh()
            #expect(again.agent(id)?.standing == .killed && again.killSwitches.map(\.metadata.name) == ["k"])
        }
    }

    @Test("end by themselves at their time")
    func expiry() async throws {
        try await withCounter { id, fixture in
            let end = Timestamp(Date(timeIntervalSinceNow: 2))
            _ = try await fixture.operations.apply(
                Self.killText("k", .freeze, more: ", expiresAt: \"\(end)\""), dryRun: false)
            try await takesEffect("k", fixture)
            try await eventually { fixture.directory.agent(id)?.standing == .active }
            #expect(Timestamp.now() >= end)
            try await runs(id, fixture)
            try await eventually { await fixture.agent("counter")?.status?.phase == .running }
        }
    }

    @Test("wait for nobody who is busy with the agent or with the policies")
    func turns() async throws {
        try await withCounter { id, fixture in
            try await fixture.operations.turns.alone([.agent("counter"), .objects]) {
                _ = try await fixture.operations.apply(Self.killText("k", .suspend), dryRun: false)
                try await eventually { await !fixture.isRunning(id) }
            }
        }
    }

    @Test("are in force also when they can't be stored, and say so")
    func fullDisk() async throws {
        try await withCounter { id, fixture in
            fixture.store.fail("k")
            let error = await #expect(throws: APIError.self) {
                _ = try await fixture.operations.apply(Self.killText("k"), dryRun: false)
            }
            #expect(error?.message.contains("KillSwitch/k is in force, but it ends with the platform") == true)
            #expect(fixture.directory.agent(id)?.standing == .killed)
            #expect(try await fixture.operations.list(.killSwitch).map(\.metadata.name) == ["k"])
            fixture.store.fail()
            try await fixture.operations.delete(ResourceKey(.killSwitch, "k"))
            #expect(fixture.directory.agent(id)?.standing == .active)
        }
    }

    @Test("need no audit log to stop an agent, but one to release it")
    func audit() async throws {
        try await withCounter { id, fixture in
            fixture.audit.fail(with: AuditFailure("no space"))
            let error = await #expect(throws: APIError.self) {
                _ = try await fixture.operations.apply(Self.killText("k"), dryRun: false)
            }
            #expect(error?.message.hasPrefix("it was done, but the audit log") == true)
            await #expect(throws: APIError.self) {
                try await fixture.operations.delete(ResourceKey(.killSwitch, "k"))
            }
            #expect(fixture.directory.agent(id)?.standing == .killed)
            fixture.audit.fail(with: nil)
            try await fixture.operations.delete(ResourceKey(.killSwitch, "k"))
            #expect(fixture.directory.agent(id)?.standing == .active)
        }
    }

    @Test("can't be weakened, nor say that somebody else asked for them")
    func change() async throws {
        try await withCounter { _, fixture in
            let operations = fixture.operations
            let forged = Self.killText("k", .freeze).replacing(
                "{name: k}", with: "{name: k, annotations: {palana.dev/requested-by: boss}}")
            _ = try await operations.apply(forged, dryRun: false)
            #expect(
                try await operations.get(ResourceKey(.killSwitch, "k")).metadata.annotations
                    == [KillSwitch.requesterAnnotation: "tester"])
            let error = await #expect(throws: APIError.self) {
                _ = try await operations.apply(Self.killText("k"), dryRun: false)
            }
            #expect(error?.message.contains("spec.level: \"network\": can only be raised") == true)
            let raised = try await operations.apply(Self.killText("k", .suspend), dryRun: false)
            #expect(raised.map(\.change) == [.configured])
            #expect(fixture.audit.events.contains { $0.action == "kill-changed" })
        }
    }
}
