import PalanaCore
import Testing

@testable import Operator

@Suite("What a kill switch's status says")
struct KillReportTests {
    private static let start = OperatorSamples.now

    /// - Parameter told: what each replica says: agents that it has cut off, generation.
    private static func report(
        _ level: KillSwitchSpec.Level, told: [String: (agents: Int, generation: Int)], running: Set<String>,
        hasPods: Bool = true, isThere: Bool = true
    ) -> KillReport {
        let status = KillSwitchStatus(
            gateways: told.map {
                .init(
                    name: $0.key, agents: $0.value.agents, observedGeneration: $0.value.generation,
                    effectiveAt: start, milliseconds: 30)
            })
        let kill = KillSwitch(
            metadata: ObjectMeta(name: "k", namespace: "palana-system", generation: 2),
            spec: KillSwitchSpec(target: KillTarget(all: true), level: level, reason: "a test"), status: status)
        return KillReport(
            kill: kill, agents: [OperatorSamples.agent("a"), OperatorSamples.agent("b")], isThere: { _ in isThere },
            hasPods: { _ in hasPods }, gateways: running, seen: start)
    }

    struct Row: Sendable {
        var told: [String: (agents: Int, generation: Int)]
        var running: Set<String>
        var isInEffect: Bool
    }

    static let rows = [
        Row(told: [:], running: ["g-0", "g-1"], isInEffect: false),
        Row(told: ["g-0": (2, 2)], running: ["g-0", "g-1"], isInEffect: false),
        Row(told: ["g-0": (2, 2), "g-1": (1, 2)], running: ["g-0", "g-1"], isInEffect: false),
        Row(told: ["g-0": (2, 2), "g-1": (2, 1)], running: ["g-0", "g-1"], isInEffect: false),
        Row(told: ["g-0": (2, 2), "g-1": (2, 2)], running: ["g-0", "g-1"], isInEffect: true),
        // One that has ended has nothing open.
        Row(told: ["g-0": (2, 2)], running: ["g-0"], isInEffect: true),
        Row(told: ["g-1": (2, 2)], running: ["g-0"], isInEffect: false),
        Row(told: [:], running: [], isInEffect: true),
    ]

    @Test("The network is taken when every replica that runs says so of all agents", arguments: rows)
    func network(_ row: Row) {
        for level in [KillSwitchSpec.Level.network, .freeze] {
            let status = Self.report(level, told: row.told, running: row.running).status(now: Self.start)
            #expect(status.effectiveLevel == .network)
            #expect((status.conditions?[.ready]?.status == .true) == row.isInEffect)
            #expect(status.agents?.count == 2)
            #expect(status.agents?.allSatisfy { ($0.effectiveAt != nil) == row.isInEffect } == true)
        }
    }

    @Test("An agent that is being deleted is waited for by nobody")
    func ending() {
        var report = Self.report(.network, told: ["g-0": (1, 2)], running: ["g-0"])
        #expect(report.status(now: Self.start).conditions?[.ready]?.status == .false)
        report.agents[1].metadata.deletionTimestamp = Self.start
        #expect(report.status(now: Self.start).conditions?[.ready]?.status == .true)
    }

    @Test("Higher levels are in effect when pods, or the agents themselves, are gone")
    func higher() {
        func isInEffect(_ level: KillSwitchSpec.Level, pods: Bool, there: Bool) -> Bool {
            Self.report(level, told: [:], running: ["g-0"], hasPods: pods, isThere: there).status(now: Self.start)
                .conditions?[.ready]?.status == .true
        }
        #expect(!isInEffect(.suspend, pods: true, there: true))
        #expect(isInEffect(.suspend, pods: false, there: true))
        #expect(!isInEffect(.terminate, pods: false, there: true))
        #expect(isInEffect(.terminate, pods: false, there: false))
    }
}
