import PalanaCore
import PlatformAPI
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("Applying objects")
struct ApplyTests {
    private typealias Fixture = OperationsFixture

    @Test("at the same time leaves every policy in force that is stored")
    func concurrent() async throws {
        try await Fixture.with { fixture in
            let names = (0..<12).map { "denial-\($0)" }
            try await withThrowingDiscardingTaskGroup { group in
                for name in names {
                    group.addTask { _ = try await fixture.operations.apply(Fixture.policyText(name), dryRun: false) }
                }
            }
            #expect(fixture.policies.names == Set(names))
            try await withThrowingDiscardingTaskGroup { group in
                for name in names.dropLast(2) {
                    group.addTask { try await fixture.operations.delete(ResourceKey(.egressPolicy, name)) }
                }
                group.addTask { _ = try await fixture.operations.apply(Fixture.policyText("late"), dryRun: false) }
            }
            #expect(fixture.policies.names == ["denial-10", "denial-11", "late"])
            let stored = try await fixture.store.list(.egressPolicy).map(\.metadata.name)
            #expect(Set(stored) == fixture.policies.names)
        }
    }

    @Test("keeps nothing of a text of which one object can't be stored")
    func allOrNothing() async throws {
        try await Fixture.with { fixture in
            _ = try await fixture.operations.apply(Fixture.policyText("old"), dryRun: false)
            let old = try await fixture.store.get(ResourceKey(.egressPolicy, "old"))
            let text =
                Fixture.policyText("first") + Fixture.policyText("old").replacing("old.test", with: "else.test")
                + Fixture.agentText("second") + Fixture.policyText("broken")
            fixture.store.fail("broken")
            await #expect {
                _ = try await fixture.operations.apply(text, dryRun: false)
            } throws: { error in
                (error as? APIError)?.message == "EgressPolicy/broken can't be written: no space"
            }
            #expect(fixture.policies.names == ["old"])
            #expect(try await fixture.store.list(.egressPolicy).map(\.metadata.name) == ["old"])
            #expect(try await fixture.store.get(old.key).hasSameSpec(as: old))
            #expect(await fixture.agents().isEmpty)
            #expect(fixture.audit.events.last?.outcome == .failed)
        }
    }

    @Test("says what stays when even that can't be taken back")
    func notTakenBack() async throws {
        try await Fixture.with { fixture in
            let text = Fixture.policyText("first") + Fixture.policyText("broken")
            fixture.store.fail("broken")
            fixture.store.keep("first")
            await #expect {
                _ = try await fixture.operations.apply(text, dryRun: false)
            } throws: { error in
                let message = (error as? APIError)?.message ?? ""
                return message.contains("EgressPolicy/broken can't be written")
                    && message.contains("EgressPolicy/first stays changed")
            }
            let stored = try await fixture.store.list(.egressPolicy).map(\.metadata.name)
            #expect(stored == ["first"])
            #expect(fixture.policies.names == ["first"])
        }
    }

    @Test("a policy that can't be taken out of force or out of the store stays in both")
    func failedDelete() async throws {
        try await Fixture.with { fixture in
            _ = try await fixture.operations.apply(Fixture.policyText("denial"), dryRun: false)
            let key = ResourceKey(.egressPolicy, "denial")
            fixture.store.fail("denial")
            await #expect(throws: APIError.self) { try await fixture.operations.delete(key) }
            #expect(fixture.policies.names == ["denial"])
            fixture.store.fail()
            fixture.policies.fail(true)
            await #expect(throws: APIError.self) { try await fixture.operations.delete(key) }
            #expect(fixture.policies.names == ["denial"])
            #expect(try await fixture.store.list(.egressPolicy).count == 1)
            fixture.policies.fail(false)
            try await fixture.operations.delete(key)
            #expect(fixture.policies.names.isEmpty)
        }
    }

    @Test("stops and starts an agent as its manifest says")
    func suspended() async throws {
        try await Fixture.with { fixture in
            let (running, suspended) = (
                Fixture.agentText("a", more: ", suspended: false"), Fixture.agentText("a", more: ", suspended: true")
            )
            _ = try await fixture.operations.apply(running, dryRun: false)
            let id = try #require(await fixture.agent("a")).id
            for _ in 0..<2 {
                _ = try await fixture.operations.apply(suspended, dryRun: false)
                #expect(await !fixture.isRunning(id))
                #expect(await fixture.agent("a")?.status?.phase == .suspended)
                _ = try await fixture.operations.apply(running, dryRun: false)
                #expect(await fixture.isRunning(id))
                #expect(await fixture.agent("a")?.status?.phase == .running)
            }
        }
    }
}
