import PalanaCore
import Testing

@testable import LocalPlatform

/// One agent through a day, looked at every few seconds by a ``LifetimeBook``, with what is decided done to it.
private struct SimulatedAgent {
    static let start = Timestamp("2026-03-01T00:00:00Z") ?? .now()
    /// Between two looks, in seconds.
    static let interval = 5

    var agent: Agent
    var book = LifetimeBook()
    var now = ContinuousClock.now
    var wall = Self.start
    var used = Duration.zero
    var lastActivity: ContinuousClock.Instant?
    var isKilled = false
    /// What was done, with the second.
    var done: [(second: Int, word: String)] = []
    var notes: [Int] = []
    private var second = 0

    init(_ change: (inout AgentSpec) -> Void) {
        var spec = AgentSpec(owner: "alice", command: ["sleep"])
        change(&spec)
        var metadata = ObjectMeta(name: "demo")
        (metadata.uid, metadata.creationTimestamp) = ("1", Self.start)
        agent = Agent(metadata: metadata, spec: spec, status: AgentStatus(phase: .running))
    }

    /// The platform ends and is there again; nothing else than the object is known then.
    mutating func restart() { (book, lastActivity) = (LifetimeBook(), nil) }

    mutating func act() { lastActivity = now }

    mutating func set(_ type: ConditionType, _ status: Condition.Status, _ reason: String) {
        var conditions = agent.status?.conditions ?? []
        conditions.set(Condition(type, status, reason: reason, observedGeneration: nil), now: wall)
        agent.status?.conditions = conditions
    }

    mutating func pass(_ seconds: Int, computing millicores: Int = 0) {
        let lifetime = Lifetime(agent)
        for _ in 0..<(seconds / Self.interval) {
            let isRunning = agent.spec.suspended != true
            let sight = LifetimeSight(
                agent: agent, lifetime: lifetime, isKilled: isKilled, used: isRunning ? used : nil,
                lastActivity: lastActivity)
            for task in book.tasks(for: [sight], wall: wall, at: now) {
                carryOut(task.step)
                book.finish(task, at: now)
            }
            used += .milliseconds(millicores * Self.interval)
            now += .seconds(Self.interval)
            wall = wall.advanced(by: .seconds(Self.interval))
            second += Self.interval
        }
    }

    private mutating func carryOut(_ step: LifetimeTask.Step) {
        switch step {
        case .note(let moment):
            agent.status?.lastActivity = moment
            notes.append(second)
        case .warn:
            set(.idle, .true, AgentStatuses.warned)
            done.append((second, "warn"))
        case .recover:
            set(.idle, .false, "Active")
            done.append((second, "recover"))
        case .endIdle:
            agent.spec.suspended = true
            set(.idle, .true, "Suspended")
            set(.workloadReady, .false, SuspensionCause.idle.rawValue)
            done.append((second, "idle"))
        case .announce:
            set(.expired, .false, "Announced")
            done.append((second, "announce"))
        case .recall:
            set(.expired, .false, "Recalled")
            done.append((second, "recall"))
        case .expire:
            agent.spec.suspended = true
            set(.expired, .true, "Ended")
            set(.workloadReady, .false, SuspensionCause.expiry.rawValue)
            done.append((second, "expire"))
        case .wake:
            agent.spec.suspended = false
            set(.idle, .false, "Active")
            set(.workloadReady, .true, "Started")
            act()
            done.append((second, "wake"))
        }
    }
}

@Suite("How long agents go on, through a day")
struct LifetimeBookTests {
    private static func half(_ change: (inout AgentSpec) -> Void = { _ in }) -> SimulatedAgent {
        SimulatedAgent {
            $0.idle = Idle(after: "30m", warnBefore: "5m")
            change(&$0)
        }
    }

    private static func words(_ agent: SimulatedAgent) -> [String] { agent.done.map(\.word) }

    @Test("who does nothing is warned and suspended once, and left alone from then on")
    func idle() {
        var agent = Self.half()
        agent.pass(24 * 3_600)
        #expect(Self.words(agent) == ["warn", "idle"])
        #expect(agent.done.map(\.second) == [25 * 60, 30 * 60])
    }

    @Test("a busy one isn't suspended, and its last activity is written at most once a minute")
    func busy() {
        var agent = Self.half()
        agent.pass(24 * 3_600, computing: 500)
        #expect(agent.done.isEmpty)
        #expect((1_200...1_441).contains(agent.notes.count))
        #expect(zip(agent.notes, agent.notes.dropFirst()).allSatisfy { $1 - $0 >= 60 })
    }

    @Test("a restart in the middle neither begins anew nor ends early", arguments: [60, 600, 1_400, 1_505, 1_795])
    func restart(_ moment: Int) {
        var agent = Self.half()
        agent.pass(moment)
        agent.restart()
        agent.pass(3_600)
        #expect(Self.words(agent) == ["warn", "idle"])
        #expect((1_800...1_870).contains(agent.done.last?.second ?? 0), "\(agent.done)")
    }

    @Test("an activity after the warning takes it back")
    func recovers() {
        var agent = Self.half()
        agent.pass(26 * 60)
        agent.act()
        agent.pass(40 * 60)
        #expect(Self.words(agent) == ["warn", "recover", "warn", "idle"])
        #expect(agent.done.last?.second == 56 * 60)
    }

    @Test("a schedule wakes who was suspended for doing nothing, each day, and nobody else")
    func wake() {
        var agent = Self.half { $0.wake = Wake(schedule: "0 8 * * *") }
        agent.pass(24 * 3_600)
        #expect(Self.words(agent) == ["warn", "idle", "wake", "warn", "idle"])
        #expect(agent.done[2].second == 8 * 3_600)
        agent.restart()
        agent.pass(12 * 3_600)
        #expect(Self.words(agent) == ["warn", "idle", "wake", "warn", "idle", "wake", "warn", "idle"])

        var owned = Self.half { $0.wake = Wake(schedule: "0 8 * * *") }
        owned.agent.spec.suspended = true
        owned.set(.workloadReady, .false, SuspensionCause.owner.rawValue)
        owned.pass(24 * 3_600)
        #expect(owned.done.isEmpty)
    }

    @Test("what a kill switch holds isn't touched, and not woken afterwards for what it missed")
    func killed() {
        var agent = Self.half {
            $0.wake = Wake(schedule: "0 8 * * *")
            $0.ttl = "20h"
        }
        agent.pass(3_600)
        #expect(Self.words(agent) == ["warn", "idle"])
        agent.isKilled = true
        agent.pass(8 * 3_600)
        agent.isKilled = false
        agent.pass(3_600)
        #expect(Self.words(agent) == ["warn", "idle"])
        agent.isKilled = true
        agent.pass(24 * 3_600)
        #expect(Self.words(agent) == ["warn", "idle"])
        agent.isKilled = false
        agent.pass(3_600)
        #expect(Self.words(agent) == ["warn", "idle", "announce", "expire"])
    }

    @Test("a life ends once, stays ended over restarts, and goes on when it is given more time")
    func life() {
        var agent = SimulatedAgent { $0.ttl = "10h" }
        agent.pass(12 * 3_600)
        agent.restart()
        agent.pass(3_600)
        #expect(Self.words(agent) == ["announce", "expire"])
        #expect(agent.done.map(\.second) == [9 * 3_600, 10 * 3_600])
        agent.agent.spec.ttl = "20h"
        agent.agent.spec.suspended = false
        agent.pass(24 * 3_600)
        #expect(Self.words(agent) == ["announce", "expire", "recall", "announce", "expire"])
        #expect(agent.done.last?.second == 20 * 3_600)
    }

    @Test("what fails is tried again, later each time")
    func failing() {
        var agent = Self.half()
        var book = LifetimeBook()
        var tries = 0
        let lifetime = Lifetime(agent.agent)
        for _ in 0..<3_600 {
            let sight = LifetimeSight(
                agent: agent.agent, lifetime: lifetime, used: .zero, lastActivity: nil)
            for task in book.tasks(for: [sight], wall: agent.wall, at: agent.now) {
                guard case .note = task.step else {
                    tries += 1
                    _ = book.fail(task, at: agent.now)
                    continue
                }
                book.finish(task, at: agent.now)
            }
            agent.now += .seconds(1)
        }
        #expect((20...45).contains(tries), "\(tries)")
    }

    @Test("the platform ending while an agent is being suspended leaves nothing half done")
    func halfDone() {
        var agent = Self.half()
        agent.agent.status?.lastActivity = agent.wall
        agent.agent.spec.suspended = true
        agent.set(.idle, .true, AgentStatuses.suspending)
        agent.pass(10)
        #expect(Self.words(agent) == ["idle"])
    }
}

@Suite("What counts as activity")
struct ActivityBookTests {
    private static let id = AgentID(rawValue: "agent-alice-demo-0123456789")

    @Test(
        "is a request to any host but those that don't count",
        arguments: [
            ("api.example.com", true), ("beat.example.com", false), ("a.beat.test", false), ("beat.test", true),
            ("palana.internal", false), ("not a host", true), (nil, true),
        ])
    func requests(_ host: String?, _ counts: Bool) {
        let book = ActivityBook()
        book.note(Self.id, host: host)
        #expect(book.lastActivity(of: Self.id, at: .now) == nil, "nobody asks about it")
        book.follow([Self.id: ["beat.example.com", "*.beat.test"]])
        book.note(Self.id, host: host)
        #expect((book.lastActivity(of: Self.id, at: .now) != nil) == counts)
    }

    @Test("is a terminal for as long as it is attached")
    func sessions() {
        let book = ActivityBook()
        book.open(Self.id)
        book.open(Self.id)
        book.follow([:])
        let later = ContinuousClock.now + .seconds(1_000)
        #expect(book.lastActivity(of: Self.id, at: later) == later)
        book.close(Self.id)
        #expect(book.lastActivity(of: Self.id, at: later) == later)
        book.close(Self.id)
        #expect(book.lastActivity(of: Self.id, at: later).map { $0 < later } == true)
        book.follow([:])
        #expect(book.lastActivity(of: Self.id, at: later) == nil)
    }
}
