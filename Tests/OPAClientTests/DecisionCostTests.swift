import Foundation
import OPAClient
import PalanaCore
import TestSupport
import Testing

@Suite(.serialized) struct DecisionCostTests {
    @Test func `A decision costs the same with 20 and with 2,000 rules`() async throws {
        try await Bench.with { bench in
            try await bench.publisher.publish([])
            let few = agent(rules: 20)
            let many = agent(rules: 2000)
            _ = try await median(bench, few, rounds: 200)
            // Interleaved, so that a busy machine slows both.
            var (cheap, dear) = ([Duration](), [Duration]())
            for _ in 0..<5 {
                cheap.append(try await median(bench, few, rounds: 100))
                dear.append(try await median(bench, many, rounds: 100))
            }
            let (low, high) = (cheap.sorted()[2], dear.sorted()[2])
            print("decision p50: \(low) with 20 rules, \(high) with 2,000")
            #expect(high < low * 2 + .microseconds(200))
        }
    }

    private func agent(rules: Int) -> AgentSnapshot {
        AgentSnapshot(
            id: AgentID(rawValue: "agent-\(rules)"), name: "demo", owner: "alice@example.com",
            allow: (0..<rules).map { EgressRule(host: "h\($0).example.com") })
    }

    private func median(_ bench: Bench, _ agent: AgentSnapshot, rounds: Int) async throws -> Duration {
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<rounds {
            let start = clock.now
            let chosen = bench.book.select(for: agent, host: "h7.example.com")
            let decision = try await bench.engine.decide(
                input(host: "h7.example.com", rules: chosen.rules, revision: chosen.revision))
            times.append(clock.now - start)
            #expect(decision.allow)
        }
        return times.sorted()[rounds / 2]
    }
}
