import Foundation
import PalanaCore
import Testing

@Suite("Alarms from the audit log")
struct AlarmBookTests {
    private static let agent = AgentID(rawValue: "agent-alice-demo-1")
    private static let other = AgentID(rawValue: "agent-bob-demo-2")
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func event(
        _ outcome: AuditEvent.Outcome, _ code: RefusalCode? = nil, secrets: [String]? = nil, at second: Double = 0,
        kind: AuditEvent.Kind = .decision, action: String = "egress"
    ) -> AuditEvent {
        var event = AuditEvent(kind: kind, action: action, outcome: outcome, time: start.addingTimeInterval(second))
        (event.agent, event.agentName, event.owner) = (agent, "demo", "alice")
        (event.code, event.secrets) = (code, secrets)
        return event
    }

    /// Alice's LURE and Bob's TRAP are canaries.
    private static func isCanary(_ agent: AgentID, _ name: String) -> Bool {
        (agent == Self.agent && name == "LURE") || (agent == other && name == "TRAP")
    }

    static let uses: [(AuditEvent, Bool)] = [
        (event(.allowed, secrets: ["LURE@header"]), true),
        (event(.allowed, secrets: ["KEY@header", "LURE@basic"]), true),
        (event(.denied, .placeholderNotAllowedHere, secrets: ["LURE@misplaced"]), true),
        (event(.denied, .foreignPlaceholder, secrets: ["\(other)/TRAP@foreign"]), true),
        (event(.succeeded, secrets: ["LURE@agent"], kind: .secret, action: "read"), true),
        (event(.allowed, secrets: ["KEY@header"]), false),
        (event(.allowed, secrets: ["TRAP@header"]), false),
        (event(.denied, .foreignPlaceholder, secrets: ["\(other)/KEY@foreign"]), false),
        (event(.succeeded, secrets: ["LURE"], kind: .secret, action: "rotated"), false),
        (event(.allowed), false),
    ]

    @Test("Any use of a canary is one, by whomever, allowed or not", arguments: uses.indices)
    func canary(_ index: Int) {
        var book = AlarmBook(rules: AlarmRules())
        let (event, isAlarm) = Self.uses[index]
        let alarm = book.note(event, isCanary: Self.isCanary)
        #expect((alarm != nil) == isAlarm)
        if let alarm {
            #expect(alarm.level == .network && alarm.agent == Self.agent && alarm.reason.contains("canary"))
        }
    }

    @Test("Without rules nothing else is one; with them, so many within the time")
    func thresholds() {
        var quiet = AlarmBook(rules: AlarmRules())
        for _ in 0..<100 { #expect(quiet.note(Self.event(.denied, .deniedByPolicy), isCanary: Self.isCanary) == nil) }
        let rules = AlarmRules(
            placeholders: .init(count: 2, within: "1m", level: .freeze), denials: .init(count: 3, within: "10s"))
        var book = AlarmBook(rules: rules)
        func level(_ code: RefusalCode, at second: Double) -> KillSwitchSpec.Level? {
            book.note(Self.event(.denied, code, at: second), isCanary: Self.isCanary)?.level
        }
        #expect(level(.deniedByPolicy, at: 0) == nil && level(.deniedByPolicy, at: 5) == nil)
        // The first is too old by now.
        #expect(level(.deniedByPolicy, at: 11) == nil)
        #expect(level(.deniedByPolicy, at: 12) == .network)
        // It begins anew.
        #expect(level(.deniedByPolicy, at: 13) == nil)
        #expect(level(.foreignPlaceholder, at: 100) == nil)
        #expect(level(.placeholderNotAllowedHere, at: 150) == .freeze)
        // What is refused because it is stopped already says nothing new.
        for second in 200..<220 { #expect(level(.killed, at: Double(second)) == nil) }
    }

    @Test("A rule that can't be meant is told by its field")
    func problems() {
        let rules = AlarmRules(placeholders: .init(count: 0, within: "1m"), denials: .init(count: 1, within: "soon"))
        #expect(
            rules.problems == [
                "alarms.placeholders.count: 1 to 10000 are allowed",
                "alarms.denials.within: \"soon\" is no time like 10m",
            ])
        #expect(AlarmRules(canary: .freeze, denials: .init(count: 5, within: "1h")).problems.isEmpty)
    }
}
