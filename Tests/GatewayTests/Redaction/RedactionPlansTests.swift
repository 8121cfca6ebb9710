import Foundation
import PalanaCore
import Testing

@testable import Gateway

@Suite("What the gateway remembers of open requests")
struct RedactionPlansTests {
    private let value = InjectedValue(value: Secret("fake-real-value"), replacement: "stand-in")
    private let agent = AgentID(rawValue: "agent-a")

    private func id(_ text: some CustomStringConvertible) -> DecisionID { DecisionID(rawValue: "\(text)") }

    @Test("Beyond its share an agent's oldest open request is forgotten, and another agent's is not")
    func bounded() {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(capacity: 8, capacityPerAgent: 4))
        let now = Date()
        plans.remember([value], for: id("other"), of: AgentID(rawValue: "agent-b"), at: now)
        for number in 0..<10_000 { plans.remember([value], for: id(number), of: agent, at: now) }
        #expect(plans.count == 5)
        #expect(plans.take(id(9_995)) == nil)
        for number in 9_996..<10_000 { #expect(plans.take(id(number)) != nil) }
        #expect(plans.take(id("other")) != nil)
        #expect(plans.count == 0)
    }

    @Test("When all agents together have too many, the one with the most makes room")
    func shared() {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(capacity: 8, capacityPerAgent: 8))
        let now = Date()
        plans.remember([value], for: id("first"), of: AgentID(rawValue: "agent-b"), at: now)
        for number in 0..<7 { plans.remember([value], for: id(number), of: agent, at: now) }
        for number in 0..<3 {
            plans.remember([value], for: id("c\(number)"), of: AgentID(rawValue: "agent-c"), at: now)
        }
        #expect(plans.count == 8)
        #expect(plans.take(id("first")) != nil && plans.take(id("c0")) != nil)
        #expect(plans.take(id(2)) == nil && plans.take(id(3)) != nil)
    }

    @Test("A plan is given out once, and asked about again the request counts once")
    func once() {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(capacityPerAgent: 2))
        for _ in 0..<5 { plans.remember([value], for: id("same"), of: agent, at: Date()) }
        #expect(plans.count == 1)
        #expect(plans.take(id("same")) != nil && plans.take(id("same")) == nil)
    }

    @Test("Old plans go by themselves, also behind a long one")
    func expiring() {
        let plans = RedactionPlans(configuration: RedactionPlansConfiguration(lifetime: 60))
        let start = Date()
        plans.remember([value], for: id("long"), of: agent, at: start)
        for number in 0..<10_000 {
            plans.remember([value], for: id(number), of: agent, at: start)
            plans.end(id(number))
        }
        #expect(plans.count == 1)
        let later = start.addingTimeInterval(61)
        plans.remember([value], for: id("late"), of: agent, at: later)
        #expect(plans.count == 1)
        #expect(plans.take(id("long"), at: later) == nil)
        #expect(plans.take(id("late"), at: later.addingTimeInterval(61)) == nil)
    }
}
