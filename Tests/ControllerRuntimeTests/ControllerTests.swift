import ControllerRuntime
import KubernetesClient
import Synchronization
import Testing

@Suite("Controllers and their queues")
struct ControllerTests {
    private struct Refusal: Error {}

    private static func controller(
        _ queue: WorkQueue<String>, workers: Int = 4, limit: Duration = .seconds(60),
        isPaused: @escaping @Sendable (String) -> Bool = { _ in false },
        _ reconcile: @escaping @Sendable (String) async throws -> ReconcileOutcome
    ) -> Controller<String> {
        Controller(
            ControllerConfiguration(name: "test", workers: workers, limit: limit), queue: queue, isPaused: isPaused,
            logger: quiet, reconcile: reconcile)
    }

    @Test("Every key is reconciled, none by two workers at once")
    func exclusive() async throws {
        let queue = WorkQueue<String>()
        let busy = Mutex<Set<String>>([])
        let seen = Mutex<[String: Int]>([:])
        let controller = Self.controller(queue, workers: 8) { key in
            #expect(busy.withLock { $0.insert(key).inserted })
            for _ in 0..<5 { await Task.yield() }
            _ = busy.withLock { $0.remove(key) }
            seen.withLock { $0[key, default: 0] += 1 }
            return .done
        }
        try await working(controller) {
            for round in 0..<50 {
                for number in 0..<20 { queue.add("\(number)") }
                if round % 10 == 0 { await Task.yield() }
            }
            try await eventually { queue.isIdle }
            #expect(seen.withLock { $0.count } == 20)
            #expect(seen.withLock { $0.values.reduce(0, +) } <= 1000)
        }
    }

    @Test("A key that fails comes back later each time, and the others don't wait for it")
    func failures() async throws {
        let queue = WorkQueue<String>(backoffFrom: .milliseconds(20), to: .seconds(1))
        let moments = Collected<ContinuousClock.Instant>()
        let controller = Self.controller(queue, workers: 1) { key in
            guard key == "bad" else { return .done }
            moments.add(.now)
            if moments.all.count < 5 { throw Refusal() }
            return .done
        }
        try await working(controller) {
            queue.add("bad")
            queue.add("good")
            try await eventually { controller.counts.done == 2 }
            #expect(controller.counts.failed == 4 && queue.failures(of: "bad") == 0)
            // Half of 20, 40, 80 and 160 ms at least.
            let all = moments.all
            #expect(all[4] - all[0] >= .milliseconds(150))
        }
    }

    @Test("What the API server asks for is waited for")
    func retryAfter() async throws {
        let queue = WorkQueue<String>(backoffFrom: .milliseconds(1))
        let moments = Collected<ContinuousClock.Instant>()
        let controller = Self.controller(queue) { _ in
            moments.add(.now)
            if moments.all.count == 1 {
                throw KubernetesFailure(.tooManyRequests, "slow", code: 429, retryAfter: .milliseconds(400))
            }
            return .done
        }
        try await working(controller) {
            queue.add("a")
            try await eventually { controller.counts.done == 1 }
            #expect(moments.all[1] - moments.all[0] >= .milliseconds(400))
        }
    }

    @Test("A reconcile that asks to be called again is, without counting as a failure")
    func requeue() async throws {
        let queue = WorkQueue<String>()
        let calls = Mutex(0)
        let controller = Self.controller(queue) { _ in
            calls.withLock { $0 += 1 }
            return .requeue(after: .milliseconds(10))
        }
        try await working(controller) {
            queue.add("a")
            try await eventually { calls.withLock { $0 } >= 3 }
            #expect(controller.counts.failed == 0)
        }
    }

    @Test("A reconcile that takes too long is ended and counts as failed")
    func tooLong() async throws {
        let queue = WorkQueue<String>(backoffFrom: .seconds(60))
        let controller = Self.controller(queue, limit: .milliseconds(50)) { _ in
            try await Task.sleep(for: .seconds(600))
            return .done
        }
        try await working(controller) {
            queue.add("a")
            try await eventually { controller.counts.failed == 1 }
        }
    }

    @Test("A paused key is passed over until it is added again")
    func paused() async throws {
        let queue = WorkQueue<String>()
        let isPaused = Mutex(true)
        let paused: @Sendable (String) -> Bool = { _ in isPaused.withLock { $0 } }
        let controller = Self.controller(queue, isPaused: paused) { _ in .done }
        try await working(controller) {
            queue.add("a")
            try await eventually { controller.counts.passedOver == 1 }
            #expect(controller.counts.done == 0)
            isPaused.withLock { $0 = false }
            queue.add("a")
            try await eventually { controller.counts.done == 1 }
        }
    }

    @Test("A worker that waits for nothing ends when it is cancelled or the queue is closed")
    func ends() async throws {
        let queue = WorkQueue<String>()
        queue.add("later", after: .seconds(600))
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<3 { group.addTask { await queue.next() } }
            group.cancelAll()
            for try await key in group { #expect(key == nil) }
        }
        try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<3 { group.addTask { await queue.next() } }
            queue.close()
            for try await key in group { #expect(key == nil) }
        }
    }
}
