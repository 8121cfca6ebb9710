import Foundation
import Logging
import PalanaCore
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("Agents on a disk that runs full")
struct PauseTests {
    private typealias Fixture = OperationsFixture

    /// A disk of which a test says how it is.
    private final class Disk: Sendable {
        enum State: Sendable { case ok, low, unknown }

        private let state = Mutex(State.ok)

        func set(_ next: State) { state.withLock { $0 = next } }

        func isLow() throws -> Bool {
            switch state.withLock({ $0 }) {
            case .ok: return false
            case .low: return true
            case .unknown: throw CocoaError(.fileReadUnknown)
            }
        }
    }

    /// An agent that counts in its log, as long as it runs.
    static let counter = """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: counter}
        spec: {command: [sh, -c, "while :; do echo tick; sleep 0.02; done"]}

        """

    private func lines(_ id: AgentID, _ fixture: Fixture) -> Int { fixture.folder.text("files/\(id)/output.log").count }

    /// Whether the agent writes no more.
    private func stands(_ id: AgentID, _ fixture: Fixture) async throws -> Bool {
        let before = lines(id, fixture)
        try await Task.sleep(for: .milliseconds(200))
        return lines(id, fixture) == before
    }

    private func withGuard(
        _ disk: Disk, _ fixture: Fixture, _ body: (AgentID) async throws -> Void
    ) async throws {
        _ = try await fixture.operations.apply(Self.counter, dryRun: false)
        let id = try #require(await fixture.agent("counter")).id
        try await eventually { lines(id, fixture) > 0 }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await DiskGuard(
                    runtime: fixture.runtime, audit: fixture.audit, logger: Logger(label: "test"),
                    interval: .milliseconds(20)
                ) { _ in try disk.isLow() }.run()
            }
            do {
                try await body(id)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        await fixture.runtime.setPaused(false)
    }

    @Test("stand still, and go on when there is room; both are on record")
    func pausing() async throws {
        try await Fixture.with { fixture in
            let disk = Disk()
            try await withGuard(disk, fixture) { id in
                disk.set(.low)
                try await eventually { try await stands(id, fixture) }
                disk.set(.ok)
                try await eventually { try await !stands(id, fixture) }
                let actions = fixture.audit.events.filter { $0.kind == .platform }.map(\.action)
                #expect(actions == ["agents-paused", "agents-resumed"])
            }
        }
    }

    @Test("can't be started, and get no new commands")
    func refusing() async throws {
        try await Fixture.with { fixture in
            let disk = Disk()
            try await withGuard(disk, fixture) { id in
                disk.set(.low)
                try await eventually { fixture.audit.events.last?.action == "agents-paused" }
                let exec = AttachRequest(verb: .exec, agent: "counter", command: ["kill", "-CONT", "-1"], tty: false)
                let acts: [@Sendable () async throws -> Void] = [
                    { _ = try await fixture.operations.attach(exec) },
                    { _ = try await fixture.operations.apply(Fixture.agentText("late"), dryRun: false) },
                ]
                for act in acts {
                    let answer = await UnrecordedActTests.refusal { try await act() }
                    #expect(answer?.reason == .unavailable)
                    #expect(answer?.message.contains("nearly full") == true)
                }
                #expect(await fixture.agent("late") == nil)
                try await eventually { try await stands(id, fixture) }
            }
        }
    }

    @Test("are stopped again when something has woken them")
    func woken() async throws {
        try await Fixture.with { fixture in
            let disk = Disk()
            try await withGuard(disk, fixture) { id in
                disk.set(.low)
                try await eventually { try await stands(id, fixture) }
                guard case .running(let launcher, _) = await fixture.runtime.state(id) else {
                    Issue.record("the agent has ended")
                    return
                }
                SandboxPause(launcher: launcher).go()
                try await eventually { try await stands(id, fixture) }
            }
        }
    }

    @Test("stand still too when nobody can tell how full it is, and the platform lives on")
    func unknown() async throws {
        try await Fixture.with { fixture in
            let disk = Disk()
            try await withGuard(disk, fixture) { id in
                disk.set(.unknown)
                try await eventually { try await stands(id, fixture) }
                #expect(fixture.audit.events.last?.detail?.contains("can't be told") == true)
                disk.set(.ok)
                try await eventually { try await !stands(id, fixture) }
            }
        }
    }
}
