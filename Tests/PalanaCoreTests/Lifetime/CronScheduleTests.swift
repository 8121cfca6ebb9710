import PalanaCore
import Testing

@Suite("A schedule")
struct CronScheduleTests {
    private static func moment(_ text: String) throws -> Timestamp { try #require(Timestamp("\(text):00Z")) }

    struct Row: Sendable, CustomTestStringConvertible {
        var schedule: String
        var after: String
        var next: [String]
        var testDescription: String { "\(schedule) after \(after)" }
    }

    static let rows: [Row] = [
        Row(
            schedule: "* * * * *", after: "2026-12-31T23:58", next: ["2026-12-31T23:59", "2027-01-01T00:00"]),
        Row(schedule: "0 8 * * *", after: "2026-03-01T08:00", next: ["2026-03-02T08:00", "2026-03-03T08:00"]),
        // 2026-03-06 is a Friday.
        Row(
            schedule: "30 7 * * mon-fri", after: "2026-03-06T07:30", next: ["2026-03-09T07:30", "2026-03-10T07:30"]),
        Row(schedule: "30 7 * * MON,Wed", after: "2026-03-06T00:00", next: ["2026-03-09T07:30", "2026-03-11T07:30"]),
        Row(
            schedule: "*/25 0,12 * * *", after: "2026-03-01T00:26",
            next: ["2026-03-01T00:50", "2026-03-01T12:00", "2026-03-01T12:25"]),
        Row(
            schedule: "5-15/5 */12 1 * *", after: "2026-03-01T00:05",
            next: ["2026-03-01T00:10", "2026-03-01T00:15", "2026-03-01T12:05"]),
        Row(schedule: "50/4 3 * * *", after: "2026-03-01T00:00", next: ["2026-03-01T03:50", "2026-03-01T03:54"]),
        Row(schedule: "0 0 29 2 *", after: "2026-01-01T00:00", next: ["2028-02-29T00:00", "2032-02-29T00:00"]),
        Row(schedule: "0 0 29 feb *", after: "2096-02-29T00:00", next: ["2104-02-29T00:00"]),
        Row(schedule: "0 0 31 * *", after: "2026-03-31T00:00", next: ["2026-05-31T00:00", "2026-07-31T00:00"]),
        // Both days: either is enough. 2026-03-08 is a Sunday.
        Row(
            schedule: "0 9 10 * sun", after: "2026-03-06T00:00",
            next: ["2026-03-08T09:00", "2026-03-10T09:00", "2026-03-15T09:00"]),
        // One of them begins with a star: both must hold.
        Row(schedule: "0 9 */2 * sun", after: "2026-03-02T00:00", next: ["2026-03-15T09:00", "2026-03-29T09:00"]),
        Row(schedule: "0 0 * * 7", after: "2026-03-02T00:00", next: ["2026-03-08T00:00"]),
        Row(
            schedule: "0 0 * * 5-7", after: "2026-03-02T00:00",
            next: ["2026-03-06T00:00", "2026-03-07T00:00", "2026-03-08T00:00"]),
        Row(schedule: "0 0 1 jan,jul *", after: "2026-03-02T00:00", next: ["2026-07-01T00:00", "2027-01-01T00:00"]),
        Row(schedule: "0 0 29 2 sun", after: "2026-02-22T00:00", next: ["2027-02-07T00:00"]),
        Row(schedule: " 0\t8  * * * ", after: "1969-12-31T07:59", next: ["1969-12-31T08:00", "1970-01-01T08:00"]),
    ]

    @Test("says when it is due next", arguments: rows)
    func next(_ row: Row) throws {
        let schedule = try CronSchedule(parsing: row.schedule)
        var moment = try Self.moment(row.after)
        for expected in row.next {
            moment = try #require(schedule.next(after: moment))
            #expect(moment.description == "\(expected):00Z")
        }
    }

    @Test("of a moment within a minute is due in the next one")
    func seconds() throws {
        let schedule = try CronSchedule(parsing: "* * * * *")
        let next = schedule.next(after: try Self.moment("2026-03-01T00:00").advanced(by: .seconds(59)))
        #expect(next?.description == "2026-03-01T00:01:00Z")
    }

    @Test(
        "that makes no sense is refused with what is wrong",
        arguments: [
            ("", "0 fields"), ("0 8 * *", "4 fields"), ("@daily", "1 fields"), ("0 8 * * * root", "6 fields"),
            ("60 8 * * *", "minute: \"60\": 0 to 59"), ("0 24 * * *", "hour: \"24\": 0 to 23"),
            ("0 8 0 * *", "day of the month: \"0\": 1 to 31"), ("0 8 * 13 *", "month: \"13\": 1 to 12"),
            ("0 8 * * 8", "day of the week: \"8\": 0 to 7 are allowed, and sun to sat"),
            ("0 8 * * monday", "day of the week: \"monday\""), ("0 8 * mon *", "month: \"mon\""),
            ("*/0 8 * * *", "minute: \"0\" is no step"), ("*/x 8 * * *", "minute: \"x\" is no step"),
            ("5-1 8 * * *", "minute: \"5-1\" goes backwards"), ("1,,2 8 * * *", "minute: \"\""),
            ("1- 8 * * *", "minute: \"\""), ("-1 8 * * *", "minute: \"\""), ("+1 8 * * *", "minute: \"+1\""),
            ("001 8 * * *", "minute: \"001\""), ("1/2/3 8 * * *", "minute: \"2/3\" is no step"),
            ("1-2-3 8 * * *", "minute: \"2-3\""), ("٣ 8 * * *", "minute: "), ("** 8 * * *", "minute: \"**\""),
            ("0 0 30 2 *", "none of these months has such a day"), ("0 0 31 4,6,9,11 *", "none of these months"),
            ("0 0 31 feb */2", "none of these months"),
            (String(repeating: "1,", count: 130) + "1 8 * * *", "longer than 256 bytes"),
        ])
    func refused(_ text: String, _ expected: String) {
        let error = #expect(throws: CronProblem.self) { _ = try CronSchedule(parsing: text) }
        #expect(error?.description.hasPrefix(expected) == true, "\(error?.description ?? "-")")
    }
}

@Suite("A suspended agent with a schedule")
struct WakeClockTests {
    private static func clock(_ time: SimulatedTime, since: Timestamp? = nil) throws -> WakeClock {
        WakeClock(try CronSchedule(parsing: "0 8 * * *"), since: since ?? time.wall, wall: time.wall)
    }

    @Test("is woken at its time, and not before")
    func due() throws {
        var time = SimulatedTime()
        var clock = try Self.clock(time)
        var due: Int?
        for minute in 0..<(24 * 60) where due == nil {
            if clock.isDue(at: time.wall) { due = minute }
            time.pass(.minutes(1))
        }
        #expect(due == 8 * 60)
    }

    @Test("is woken once for what passed while the platform was down")
    func missed() throws {
        var time = SimulatedTime()
        time.pass(.hours(50))
        var clock = try Self.clock(time, since: SimulatedTime.start)
        let isMadeUpFor = clock.isDue(at: time.wall)
        #expect(isMadeUpFor)
        var fresh = try Self.clock(time)
        let isFreshDue = fresh.isDue(at: time.wall)
        #expect(!isFreshDue)
    }

    @Test("is woken by the time of day, also when the clock is set back or was in the future when it was suspended")
    func setBack() throws {
        var time = SimulatedTime()
        time.pass(.hours(9))
        var clock = try Self.clock(time)
        time.jump(.hours(-4))
        let isDueEarly = clock.isDue(at: time.wall)
        #expect(!isDueEarly)
        time.pass(.hours(3))
        let isDueAgain = clock.isDue(at: time.wall)
        #expect(isDueAgain)
        var strange = try Self.clock(time, since: time.wall.advanced(by: .hours(500)))
        time.pass(.hours(24))
        let isStrangeDue = strange.isDue(at: time.wall)
        #expect(isStrangeDue)
    }

    @Test("isn't woken afterwards for a time at which a kill switch held it")
    func skipped() throws {
        var time = SimulatedTime()
        var clock = try Self.clock(time)
        time.pass(.hours(8))
        clock.skip(to: time.wall)
        time.pass(.hours(1))
        let isDueAfterwards = clock.isDue(at: time.wall)
        #expect(!isDueAfterwards)
        time.pass(.hours(23))
        let isDueNextDay = clock.isDue(at: time.wall)
        #expect(isDueNextDay)
    }
}
