import PalanaCore
import Testing

@Suite("How long an agent goes on, in its spec")
struct LifetimeValidationTests {
    private func errors(_ change: (inout AgentSpec) -> Void) -> [String] {
        ResourceValidator().report(on: Samples.agent("demo", change)).errors.map(\.description)
    }

    @Test("is taken with all its fields")
    func taken() {
        let idle = Idle(
            after: "30m", warnBefore: "5m", action: .delete, cpuFloor: "0.1", ignoreHosts: ["*.example.com", "a.test"])
        #expect(
            errors {
                $0.idle = idle
                $0.ttl = "168h"
                $0.ttlAction = .delete
                $0.wake = Wake(schedule: "0 8 * * mon-fri")
            } == [])
        let limits = IdleLimits(idle)
        #expect(limits?.processorFloor == 100 && limits?.warnBefore == .minutes(5) && limits?.action == .delete)
        #expect(IdleLimits(Idle(after: "1h"))?.processorFloor == IdleLimits.defaultFloor)
    }

    static let rows: [(@Sendable (inout AgentSpec) -> Void, String)] = [
        ({ $0.idle = Idle() }, "spec.idle.after: missing; say how long, as 30m"),
        ({ $0.idle = Idle(after: "soon") }, "spec.idle.after: \"soon\": must be a duration like 30m or 1h30m"),
        (
            { $0.idle = Idle(after: "5m", warnBefore: "5m") },
            "spec.idle.warnBefore: \"5m\": must be less than after"
        ),
        (
            { $0.idle = Idle(after: "5m", cpuFloor: "much") },
            "spec.idle.cpuFloor: \"much\": must be a number of cores like 50m or 0.5"
        ),
        (
            { $0.idle = Idle(after: "5m", ignoreHosts: ["a.test", "*"]) },
            "spec.idle.ignoreHosts[1]: \"*\": too broad, it is every host; name the hosts"
        ),
        ({ $0.ttlAction = .delete }, "spec.ttlAction: only has a meaning with a ttl; leave it out"),
        ({ $0.ttl = "0h" }, "spec.ttl: \"0h\": must be a duration like 30m or 1h30m"),
        (
            { $0.wake = Wake(schedule: "0 8 * * *") },
            "spec.wake: only wakes an agent that was suspended for doing nothing; give spec.idle"
        ),
        (
            {
                $0.idle = Idle(after: "5m")
                $0.wake = Wake()
            }, "spec.wake.schedule: missing; say when, as \"0 8 * * mon-fri\""
        ),
        (
            {
                $0.idle = Idle(after: "5m")
                $0.wake = Wake(schedule: "0 0 30 2 *")
            }, "spec.wake.schedule: \"0 0 30 2 *\": none of these months has such a day; it would never come"
        ),
    ]

    @Test("is refused where it can't be meant", arguments: rows.indices)
    func refused(_ index: Int) {
        let (change, expected) = Self.rows[index]
        #expect(errors(change) == [expected])
    }
}
