import PalanaCore
import Testing

@Suite("What is done because an order changed")
struct ControlStepTests {
    typealias Level = KillSwitchSpec.Level

    private static func order(_ level: Level?, suspended: Bool = false) -> ControlOrder {
        let causes = level.map { [KillCause(name: "k", level: $0, reason: "why")] } ?? []
        return ControlOrder(causes: causes, isSuspended: suspended, host: .machine)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var before: Level?
        var now: Level?
        var steps: [ControlStep]
        var testDescription: String { "\(before?.rawValue ?? "free") → \(now?.rawValue ?? "free")" }
    }

    static let rows: [Row] = [
        Row(before: nil, now: nil, steps: []),
        Row(before: nil, now: .network, steps: [.cut]),
        Row(before: nil, now: .freeze, steps: [.cut, .freeze]),
        Row(before: nil, now: .suspend, steps: [.cut, .kill]),
        Row(before: nil, now: .terminate, steps: [.cut, .kill, .delete]),
        Row(before: .network, now: nil, steps: [.open, .start]),
        Row(before: .network, now: .network, steps: []),
        Row(before: .network, now: .freeze, steps: [.freeze]),
        Row(before: .network, now: .suspend, steps: [.kill]),
        Row(before: .network, now: .terminate, steps: [.kill, .delete]),
        Row(before: .freeze, now: nil, steps: [.open, .thaw, .start]),
        Row(before: .freeze, now: .network, steps: [.thaw]),
        Row(before: .freeze, now: .freeze, steps: []),
        // Not thawed first: it would run on for a moment.
        Row(before: .freeze, now: .suspend, steps: [.kill]),
        Row(before: .freeze, now: .terminate, steps: [.kill, .delete]),
        Row(before: .suspend, now: nil, steps: [.open, .start]),
        // The weaker one doesn't bring processes back.
        Row(before: .suspend, now: .network, steps: []),
        Row(before: .suspend, now: .freeze, steps: [.freeze]),
        Row(before: .suspend, now: .suspend, steps: []),
        Row(before: .suspend, now: .terminate, steps: [.delete]),
        Row(before: .terminate, now: nil, steps: [.open, .start]),
        Row(before: .terminate, now: .network, steps: []),
        Row(before: .terminate, now: .freeze, steps: [.freeze]),
        Row(before: .terminate, now: .suspend, steps: []),
        Row(before: .terminate, now: .terminate, steps: []),
    ]

    @Test("is no more than what leads there, from each level to each", arguments: rows)
    func transitions(_ row: Row) {
        #expect(ControlStep.between(Self.order(row.before), Self.order(row.now), ranBefore: true) == row.steps)
    }

    @Test("is everything that may be missing where nobody knows what was done before", arguments: Level.allCases)
    func unknown(_ level: Level) {
        #expect(ControlStep.between(nil, Self.order(level)) == ControlStep.between(Self.order(nil), Self.order(level)))
    }

    @Test("starts no agent that didn't run, or is suspended by its owner")
    func start() {
        #expect(ControlStep.between(Self.order(.suspend), Self.order(nil), ranBefore: false) == [.open])
        #expect(
            ControlStep.between(Self.order(.suspend), Self.order(nil, suspended: true), ranBefore: true) == [.open])
    }
}
