import PalanaCore
import Testing

@Suite("An agent's life")
struct LifespanClockTests {
    private static func agent(_ ttl: String, _ action: Shutdown? = nil) -> Agent {
        var agent = Samples.agent {
            $0.ttl = ttl
            $0.ttlAction = action
        }
        agent.metadata.creationTimestamp = SimulatedTime.start
        return agent
    }

    private static func span(_ ttl: String) throws -> Lifespan { try #require(Lifespan(agent(ttl))) }

    @Test("counts from its creation, is announced a tenth before, and ends in suspension unless told")
    func reading() throws {
        let day = try Self.span("24h")
        #expect(day.end == SimulatedTime.start.advanced(by: .hours(24)))
        #expect(day.lead == .hours(1) && day.action == .suspend)
        #expect(try Self.span("20m").lead == .minutes(2))
        #expect(Lifespan(Self.agent("24h", .delete))?.action == .delete)
        #expect(Lifespan(Samples.agent { $0.ttl = "1h" }) == nil, "it isn't stored yet")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var restarts: [Int] = []
        var jumps: [Int: Int] = [:]
        var announced = 23 * 60
        var ended = 24 * 60
    }

    static let rows: [Row] = [
        Row(testDescription: "in one go"),
        Row(testDescription: "over restarts", restarts: [1, 600, 1_400, 1_420]),
        Row(testDescription: "with a clock set forward", jumps: [100: 3_000]),
        Row(testDescription: "with a clock set back", jumps: [100: -3_000]),
        Row(
            testDescription: "with a clock set back and right again, and restarts", restarts: [300, 1_410],
            jumps: [100: -600, 200: 600]),
    ]

    @Test("is announced and ends to the minute", arguments: rows)
    func day(_ row: Row) throws {
        var time = SimulatedTime()
        let span = try Self.span("24h")
        var clock = LifespanClock(span, announced: nil, wall: time.wall, at: time.now)
        var (announced, ended) = ([Int](), [Int]())
        var told: Timestamp?
        for minute in 0..<(48 * 60) where ended.isEmpty {
            if let jump = row.jumps[minute] { time.jump(.minutes(jump)) }
            if row.restarts.contains(minute) {
                clock = LifespanClock(span, announced: told, wall: time.wall, at: time.now)
            }
            switch clock.look(at: time.now) {
            case .announce:
                announced.append(minute)
                told = time.wall
                clock.announce(at: time.now)
            case .end: ended.append(minute)
            case .recall: Issue.record("nothing was prolonged")
            case .rest: break
            }
            time.pass(.minutes(1))
        }
        #expect(announced == [row.announced])
        #expect(ended == [row.ended])
    }

    @Test("that ended while the platform was down is announced first")
    func missed() throws {
        var time = SimulatedTime()
        let span = try Self.span("1h")
        time.pass(.hours(3))
        var clock = LifespanClock(span, announced: nil, wall: time.wall, at: time.now)
        #expect(clock.look(at: time.now) == .announce)
        clock.announce(at: time.now)
        time.pass(.seconds(59))
        #expect(clock.look(at: time.now) == .rest)
        time.pass()
        #expect(clock.look(at: time.now) == .end)
    }

    @Test("that is prolonged after it was announced, or has ended, is told so")
    func prolonged() throws {
        var time = SimulatedTime()
        time.pass(.hours(30))
        var clock = LifespanClock(
            try Self.span("48h"), announced: SimulatedTime.start.advanced(by: .hours(23)), wall: time.wall, at: time.now
        )
        #expect(clock.look(at: time.now) == .recall)
        clock.recall()
        #expect(clock.look(at: time.now) == .rest)
    }
}
