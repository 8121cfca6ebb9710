import PalanaCore
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("Acts on one agent")
struct TurnTests {
    private typealias Fixture = OperationsFixture

    enum Deed: String, CaseIterable, Sendable {
        case start, resume, suspend, delete, apply, applySuspended, run, exec, startAgain, addSecret
    }

    static let pairs: [(Deed, Deed)] = [
        (.start, .delete), (.start, .suspend), (.start, .start), (.start, .applySuspended), (.resume, .suspend),
        (.run, .delete), (.run, .suspend), (.apply, .delete), (.apply, .applySuspended), (.exec, .delete),
        (.startAgain, .suspend), (.startAgain, .delete), (.addSecret, .delete), (.addSecret, .apply),
    ]

    @Test("end in one of their orders, however they overlap", arguments: pairs)
    func overlapping(_ first: Deed, _ second: Deed) async throws {
        try await Fixture.with { fixture in
            // Each round the second one begins at another moment of the first.
            for round in 0..<5 {
                let name = "agent-\(round)"
                let seconds = "\(Int.random(in: 100_000_000...999_999_999))"
                let begin = first == .exec ? "" : ", suspended: true"
                _ = try await fixture.operations.apply(
                    Fixture.agentText(name, seconds: seconds, more: begin), dryRun: false)
                let id = try #require(await fixture.agent(name)).id
                await withDiscardingTaskGroup { group in
                    group.addTask { await Self.attempt(first, name, seconds, fixture) }
                    group.addTask {
                        await pause(milliseconds: round * 25)
                        await Self.attempt(second, name, seconds, fixture)
                    }
                }
                try await Self.checkInvariant(name, id, seconds, fixture)
            }
        }
    }

    /// Does it; being refused for what the other did is an answer, a fault isn't.
    private static func attempt(_ deed: Deed, _ name: String, _ seconds: String, _ fixture: Fixture) async {
        do {
            try await perform(deed, name, seconds, fixture.operations)
        } catch let error as APIError {
            #expect(error.reason == .conflict || error.reason == .notFound, "\(deed): \(error)")
        } catch {
            Issue.record("\(deed): \(error)")
        }
    }

    private static func perform(
        _ deed: Deed, _ name: String, _ seconds: String, _ operations: LocalOperations
    ) async throws {
        switch deed {
        case .start: try await operations.start(agent: name)
        case .startAgain: try await operations.startAgain(agent: name)
        case .resume: try await operations.resume(agent: name)
        case .suspend: try await operations.suspend(agent: name)
        case .delete: try await operations.delete(ResourceKey(.agent, name))
        case .apply:
            let text = Fixture.agentText(name, seconds: seconds, more: ", suspended: false")
            _ = try await operations.apply(text, dryRun: false)
        case .applySuspended:
            let text = Fixture.agentText(name, seconds: seconds, more: ", suspended: true")
            _ = try await operations.apply(text, dryRun: false)
        case .run: _ = try await operations.attach(AttachRequest(verb: .run, agent: name, command: [], tty: false))
        case .exec:
            let request = AttachRequest(verb: .exec, agent: name, command: ["sleep", seconds], tty: false)
            _ = try await operations.attach(request)
        case .addSecret:
            let addition = SecretAddition(
                mode: .proxy, hosts: ["a.test"], positions: [.header], placeholderPattern: nil,
                value: Secret("fake-value-12345"))
            _ = try await operations.addSecret(agent: name, name: "KEY", addition)
        }
    }

    /// Store, runtime and processes say the same.
    private static func checkInvariant(
        _ name: String, _ id: AgentID, _ seconds: String, _ fixture: Fixture
    ) async throws {
        let isRunning = await fixture.isRunning(id)
        if isRunning {
            try await eventually { !Fixture.processes(with: seconds).isEmpty }
        } else {
            try await eventually { Fixture.processes(with: seconds).isEmpty }
        }
        guard let agent = await fixture.agent(name) else {
            #expect(!isRunning, "\(name) was deleted and runs")
            #expect(fixture.vault.held.allSatisfy { $0.agent != name }, "\(name) was deleted and its secrets are kept")
            #expect(!fixture.folder.exists("files/\(id)"))
            return
        }
        #expect(!(isRunning && agent.spec.suspended == true), "\(name) is suspended and runs")
        #expect(
            (agent.status?.phase == .running) == isRunning, "\(String(describing: agent.status?.phase)), \(isRunning)")
        #expect((agent.status?.phase == .suspended) == (agent.spec.suspended == true))
    }

    @Test("go one after the other; those on others don't wait")
    func order() async throws {
        let turns = Turns()
        let (held, hold) = AsyncStream.makeStream(of: Void.self)
        let (entered, enter) = AsyncStream.makeStream(of: String.self)
        await withDiscardingTaskGroup { group in
            var steps = entered.makeAsyncIterator()
            group.addTask {
                await turns.alone([.agent("a")]) {
                    enter.yield("first")
                    for await _ in held { break }
                    enter.yield("first leaves")
                }
            }
            #expect(await steps.next() == "first")
            group.addTask { await turns.alone([.agent("a"), .objects]) { _ = enter.yield("second") } }
            await turns.alone([.agent("b"), .objects]) { _ = enter.yield("other") }
            #expect(await steps.next() == "other")
            hold.yield()
            #expect(await steps.next() == "first leaves")
            #expect(await steps.next() == "second")
        }
    }
}

@Suite("An act that can't be recorded")
struct UnrecordedActTests {
    private typealias Fixture = OperationsFixture

    static func refusal(_ body: () async throws -> Void) async -> APIError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? APIError
        }
    }

    @Test("is not done when it gives rights; what takes them away is done all the same")
    func refused() async throws {
        try await Fixture.with { fixture in
            let operations = fixture.operations
            _ = try await operations.apply(Fixture.agentText("a", more: ", suspended: true"), dryRun: false)
            _ = try await operations.apply(Fixture.agentText("b"), dryRun: false)
            _ = try await operations.apply(Fixture.policyText("denial"), dryRun: false)
            let (a, b) = (try #require(await fixture.agent("a")).id, try #require(await fixture.agent("b")).id)
            fixture.audit.fail(with: AuditFailure("no space"))
            let addition = SecretAddition(
                mode: .agent, hosts: [], positions: [], placeholderPattern: nil, value: Secret("fake-value-1"))
            let exec = AttachRequest(verb: .exec, agent: "b", command: ["touch", "/data/done"], tty: false)
            let answers = [
                await Self.refusal { try await operations.start(agent: "a") },
                await Self.refusal { try await operations.resume(agent: "a") },
                await Self.refusal { _ = try await operations.attach(exec) },
                await Self.refusal { _ = try await operations.apply(Fixture.policyText("new"), dryRun: false) },
                await Self.refusal { _ = try await operations.addSecret(agent: "a", name: "KEY", addition) },
                await Self.refusal { try await operations.delete(ResourceKey(.egressPolicy, "denial")) },
            ]
            for answer in answers {
                #expect(answer?.reason == .unavailable)
                #expect(answer?.message == "nothing was done: the audit log can't be written (no space)")
            }
            #expect(await !fixture.isRunning(a))
            #expect(await fixture.agent("a")?.spec.suspended == true)
            #expect(!fixture.folder.exists("data/\(b)/data/done"))
            #expect(fixture.vault.held.isEmpty)
            #expect(fixture.policies.names == ["denial"])
            #expect(try await fixture.store.list(.egressPolicy).count == 1)
            let stopped = await Self.refusal { try await operations.suspend(agent: "b") }
            #expect(stopped?.message == "it was done, but the audit log can't be written (no space)")
            #expect(await !fixture.isRunning(b))
            fixture.audit.fail(with: nil)
        }
    }

    @Test("stands in the log before it is done, and once more when it then fails")
    func order() async throws {
        try await Fixture.with { fixture in
            _ = try await fixture.operations.apply(Fixture.agentText("a", more: ", suspended: true"), dryRun: false)
            try await fixture.operations.start(agent: "a")
            #expect(fixture.audit.events.last?.action == "started")
            #expect(fixture.audit.events.last?.outcome == .allowed)
            #expect(fixture.audit.events.last?.actor == "tester")
            try await fixture.operations.suspend(agent: "a")
            await fixture.runtime.setPaused(true)
            let answer = await Self.refusal { try await fixture.operations.start(agent: "a") }
            #expect(answer?.reason == .unavailable)
            #expect(fixture.audit.events.suffix(2).map(\.outcome) == [.allowed, .failed])
            #expect(await fixture.agent("a")?.spec.suspended == true)
            await fixture.runtime.setPaused(false)
        }
    }
}
