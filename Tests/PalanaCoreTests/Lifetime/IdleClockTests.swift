import PalanaCore
import Testing

@Suite("An agent that does nothing")
struct IdleClockTests {
    private static let limits = IdleLimits(after: .minutes(30), warnBefore: .minutes(5))
    private static let day = 24 * 60

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Minutes at which it does something.
        var active: [Int] = []
        /// Minutes at which the platform is started anew.
        var restarts: [Int] = []
        /// Minutes at which somebody sets the clock, and by how many.
        var jumps: [Int: Int] = [:]
        var limits = IdleClockTests.limits
        var warned: [Int]
        /// The minute in which it is suspended, to the minute; after a restart up to a minute and a bit later.
        var ended: ClosedRange<Int>?
    }

    static let rows: [Row] = [
        Row(testDescription: "is warned and suspended once", warned: [25], ended: 30...30),
        Row(
            testDescription: "without a warning it is suspended all the same",
            limits: IdleLimits(after: .minutes(30)), warned: [], ended: 30...30),
        Row(
            testDescription: "each activity counts anew", active: [10, 20, 40, 65], warned: [65 + 25],
            ended: 95...95),
        Row(
            testDescription: "after a warning it has all its time again", active: [27], warned: [25, 52], ended: 57...57
        ),
        Row(
            testDescription: "who does something every twenty minutes goes on for ever",
            active: Array(stride(from: 0, to: day, by: 20)), warned: [], ended: nil),
        Row(
            testDescription: "a restart begins nothing anew and ends nothing early", active: [1], restarts: [15],
            warned: [27], ended: 31...33),
        Row(
            testDescription: "nor does one between warning and end", restarts: [28], warned: [25], ended: 30...32),
        Row(
            testDescription: "nor do many", active: [2], restarts: [5, 8, 12, 20, 24], warned: [28], ended: 32...34),
        Row(testDescription: "a clock set forward ends nothing early", jumps: [3: 600], warned: [25], ended: 30...30),
        Row(
            testDescription: "a clock set back delays nothing", jumps: [3: -600, 20: 60], warned: [25],
            ended: 30...30),
        Row(
            testDescription: "after a clock was set back and a restart it counts from the restart at most",
            active: [2], restarts: [9], jumps: [9: -600], warned: [34], ended: 39...40),
        Row(
            testDescription: "a clock set forward in use is healed by the next writing of the last activity",
            active: [2, 7, 9], restarts: [12], jumps: [3: 600], warned: [35], ended: 39...41),
    ]

    @Test("through a day", arguments: rows)
    func day(_ row: Row) {
        var time = SimulatedTime()
        var clock = IdleClock(at: time.now)
        // What the status keeps: the last activity, at most once a minute, and the warning.
        var stored = time.wall
        var (written, storedWarning) = (time.now, Timestamp?.none)
        var (warned, ended) = ([Int](), [Int]())
        for second in 0..<(Self.day * 60) where ended.isEmpty {
            let minute = second / 60
            if second % 60 == 0 {
                if let jump = row.jumps[minute] { time.jump(.minutes(jump)) }
                if row.restarts.contains(minute) {
                    clock = IdleClock(lastActivity: stored, warned: storedWarning, wall: time.wall, at: time.now)
                }
                if row.active.contains(minute) { clock.note(time.now) }
            }
            let look = clock.look(row.limits, at: time.now)
            switch look.verdict {
            case .rest: #expect(look.next.map { $0 > time.now } == true)
            case .warn:
                warned.append(minute)
                storedWarning = time.wall
                clock.warn(at: time.now)
            case .recover:
                storedWarning = nil
                clock.recover()
            case .act: ended.append(minute)
            }
            if clock.hasNews, written + IdleClock.writeInterval <= time.now {
                stored = time.wall.advanced(by: time.now.duration(to: clock.lastActivity))
                written = time.now
            }
            time.pass()
        }
        let isLate = !row.restarts.isEmpty
        #expect(warned.count == row.warned.count)
        for (found, expected) in zip(warned, row.warned) {
            #expect((expected...(expected + (isLate ? 2 : 0))).contains(found), "\(warned)")
        }
        guard let expected = row.ended else {
            #expect(ended.isEmpty)
            return
        }
        #expect(ended.count == 1 && expected.contains(ended.first ?? -1), "\(ended)")
    }

    @Test("that was not warned when the platform went down for hours is warned first when it is back")
    func longDowntime() {
        var time = SimulatedTime()
        let seen = time.wall
        time.pass(.hours(5))
        var clock = IdleClock(lastActivity: seen, warned: nil, wall: time.wall, at: time.now)
        #expect(clock.look(Self.limits, at: time.now).verdict == .warn)
        clock.warn(at: time.now)
        time.pass(.seconds(299))
        #expect(clock.look(Self.limits, at: time.now).verdict == .rest)
        time.pass()
        #expect(clock.look(Self.limits, at: time.now).verdict == .act)
    }

    @Test("computing keeps it awake, and only above the floor")
    func computing() {
        for (millicores, isBusy) in [(0, false), (49, false), (50, true), (1_000, true)] {
            var time = SimulatedTime()
            var (clock, watch) = (IdleClock(at: time.now), ProcessorWatch())
            var used = Duration.zero
            var ended: Int?
            for second in 0..<(Self.day * 60) where ended == nil {
                if watch.isBusy(used, Self.limits, at: time.now) { clock.note(time.now) }
                switch clock.look(Self.limits, at: time.now).verdict {
                case .warn: clock.warn(at: time.now)
                case .recover: clock.recover()
                case .act: ended = second
                case .rest: break
                }
                used += .milliseconds(millicores)
                time.pass()
            }
            #expect((ended == nil) == isBusy, "\(millicores) thousandths of a core: \(ended ?? -1)")
        }
    }

    @Test("one short burst in a window isn't work, and a new start begins a new window")
    func burst() {
        var time = SimulatedTime()
        var watch = ProcessorWatch()
        // Less than before: it was started anew.
        let uses: [Duration?] = [.zero, .seconds(2), .seconds(1), .seconds(4), .seconds(4), nil, .seconds(90)]
        let isBusy = uses.map { used in
            time.pass(.seconds(60))
            return watch.isBusy(used, Self.limits, at: time.now)
        }
        #expect(isBusy == [false, false, false, true, false, false, false])
    }
}
