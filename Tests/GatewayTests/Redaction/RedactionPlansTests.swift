import Foundation
import PalanaCore
import Testing

@testable import Gateway

@Suite("What the gateway remembers of open requests")
struct RedactionPlansTests {
    private let value = InjectedValue(value: Secret("fake-real-value"), replacement: "stand-in")
    private let agent = AgentID(rawValue: "agent-a")

    @Test("Too many open requests of one agent are refused, and another agent is unharmed")
    func bounded() throws {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(capacity: 4, capacityPerAgent: 2))
        let now = Date()
        for number in 0..<2 { try plans.remember([value], for: DecisionID(rawValue: "\(number)"), of: agent, at: now) }
        #expect(throws: Refusal.self) {
            try plans.remember([value], for: DecisionID(rawValue: "2"), of: agent, at: now)
        }
        try plans.remember([value], for: DecisionID(rawValue: "3"), of: AgentID(rawValue: "agent-b"), at: now)
        plans.end(DecisionID(rawValue: "0"))
        try plans.remember([value], for: DecisionID(rawValue: "4"), of: agent, at: now)
        #expect(plans.count == 3)
    }

    @Test("Old plans go by themselves, also behind a long one")
    func expiring() throws {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(lifetime: 60))
        let start = Date()
        try plans.remember([value], for: DecisionID(rawValue: "long"), of: agent, at: start)
        for number in 0..<10_000 {
            let id = DecisionID(rawValue: "\(number)")
            try plans.remember([value], for: id, of: agent, at: start)
            plans.end(id)
        }
        #expect(plans.count == 1)
        try plans.remember([value], for: DecisionID(rawValue: "late"), of: agent, at: start.addingTimeInterval(61))
        #expect(plans.plan(for: DecisionID(rawValue: "long")) == nil)
        #expect(plans.plan(for: DecisionID(rawValue: "late")) != nil)
    }
}
