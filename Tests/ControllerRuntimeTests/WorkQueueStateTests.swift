import Testing

@testable import ControllerRuntime

@Suite("What a work queue decides")
struct WorkQueueStateTests {
    private static func queue() -> WorkQueueState<String> {
        WorkQueueState(shortest: .milliseconds(100), longest: .seconds(10))
    }

    @Test("A key waits once, and keys come in the order of their arrival")
    func once() {
        var queue = Self.queue()
        for key in ["a", "b", "a", "c", "b"] { queue.add(key) }
        #expect(queue.depth == 3)
        #expect(queue.take(now: .zero) == .key("a"))
        #expect(queue.take(now: .zero) == .key("b"))
        #expect(queue.take(now: .zero) == .key("c"))
        #expect(queue.take(now: .zero) == .wait(until: nil))
    }

    @Test("A key that is worked on isn't handed out; added meanwhile, it comes once more when that is done")
    func exclusive() {
        var queue = Self.queue()
        queue.add("a")
        #expect(queue.take(now: .zero) == .key("a"))
        queue.add("a")
        queue.add("a")
        #expect(queue.take(now: .zero) == .wait(until: nil))
        #expect(queue.done("a") == true)
        #expect(queue.take(now: .zero) == .key("a"))
        let isWanted = queue.done("a")
        #expect(!isWanted && queue.isIdle)
    }

    @Test("A delayed key comes at the earliest of its times")
    func delays() {
        var queue = Self.queue()
        queue.add("a", at: .seconds(5))
        queue.add("a", at: .seconds(3))
        queue.add("a", at: .seconds(9))
        #expect(queue.take(now: .seconds(2)) == .wait(until: .seconds(3)))
        #expect(queue.take(now: .seconds(3)) == .key("a"))
        _ = queue.done("a")
        #expect(queue.take(now: .seconds(100)) == .wait(until: nil))
    }

    @Test("A key that is added at once no longer waits for its time")
    func overtaken() {
        var queue = Self.queue()
        queue.add("a", at: .seconds(5))
        queue.add("a")
        #expect(queue.take(now: .zero) == .key("a"))
        _ = queue.done("a")
        #expect(queue.take(now: .seconds(9)) == .wait(until: nil))
    }

    @Test("A key that is delayed while it is worked on isn't handed out before that is done")
    func delayedWhileWorkedOn() {
        var queue = Self.queue()
        queue.add("a")
        _ = queue.take(now: .zero)
        queue.add("a", at: .seconds(1))
        #expect(queue.take(now: .seconds(2)) == .wait(until: nil))
        #expect(queue.done("a") == true)
        #expect(queue.take(now: .seconds(2)) == .key("a"))
    }

    @Test("Pauses grow with each failure up to the longest, key by key, and begin anew after a success")
    func backoff() {
        var queue = Self.queue()
        var last = Duration.zero
        for _ in 0..<5 {
            let pause = queue.failed("a")
            #expect(pause > last)
            last = pause
        }
        for _ in 0..<80 { #expect(queue.failed("a") <= .seconds(10)) }
        #expect(queue.failed("b") <= .milliseconds(100))
        queue.forget("a")
        #expect(queue.failed("a") <= .milliseconds(100))
        #expect(queue.failures(of: "a") == 1)
    }

    @Test("Many delayed keys come in the order of their times, however they were added and taken back")
    func heap() {
        var keys = DelayedKeys<Int>()
        var generator = SystemRandomNumberGenerator()
        var times: [Int: Duration] = [:]
        for _ in 0..<5000 {
            let key = Int.random(in: 0..<700, using: &generator)
            if Int.random(in: 0..<4, using: &generator) == 0 {
                keys.remove(key)
                times[key] = nil
            } else {
                let time = Duration.milliseconds(Int.random(in: 0..<10_000, using: &generator))
                keys.add(key, at: time)
                times[key] = min(times[key] ?? time, time)
            }
        }
        var now = Duration.zero
        while now < .seconds(11) {
            now += .milliseconds(100)
            let expected = times.filter { $0.value <= now }
            #expect(Set(keys.due(now)) == Set(expected.keys))
            for key in expected.keys { times[key] = nil }
        }
        #expect(keys.count == 0 && keys.earliest == nil)
    }

    @Test("A closed queue gives nothing and takes nothing")
    func closed() {
        var queue = Self.queue()
        queue.add("a")
        queue.add("b", at: .seconds(1))
        queue.close()
        queue.add("c")
        #expect(queue.take(now: .seconds(5)) == .closed)
        #expect(queue.depth == 0)
    }
}
