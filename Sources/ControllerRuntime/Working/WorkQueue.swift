public import KubernetesClient
import Synchronization

/// Keys of objects that are to be looked at. A key waits once, however often it is added; nobody gets it while somebody
/// else has it; a key that fails waits longer each time.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Line {
        var queue: WorkQueueState<Key>
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let line: Mutex<Line>
    private let clock: KubernetesClock

    /// - Parameters:
    ///   - shortest: how long a key waits after its first failure; it doubles with each.
    ///   - longest: how long it waits at most.
    public init(
        backoffFrom shortest: Duration = .milliseconds(100), to longest: Duration = .seconds(300),
        clock: KubernetesClock = .continuous
    ) {
        line = Mutex(Line(queue: WorkQueueState(shortest: shortest, longest: longest)))
        self.clock = clock
    }

    /// Keys that wait for a worker.
    public var depth: Int { line.withLock { $0.queue.depth } }
    /// Whether no key is ready or worked on; some may still wait for their time.
    public var isIdle: Bool { line.withLock { $0.queue.isIdle } }
    /// How often in a row a key has failed.
    public func failures(of key: Key) -> Int { line.withLock { $0.queue.failures(of: key) } }

    public func add(_ key: Key) {
        change { $0.add(key) }
    }

    /// The key is ready after `delay`, or earlier if it is added again.
    public func add(_ key: Key, after delay: Duration) {
        let now = clock.now()
        change { queue in
            if delay > .zero { queue.add(key, at: now + delay) } else { queue.add(key) }
        }
    }

    /// The key failed once more: it comes again after its back-off, or after `least` if that is longer.
    /// - Returns: how long that is.
    @discardableResult
    public func addFailed(_ key: Key, after least: Duration? = nil) -> Duration {
        let now = clock.now()
        return change { queue in
            let pause = max(queue.failed(key), least ?? .zero)
            queue.add(key, at: now + pause)
            return pause
        }
    }

    /// The key went well.
    public func forget(_ key: Key) {
        line.withLock { $0.queue.forget(key) }
    }

    /// The next key, when there is one; nil when the queue is closed or the task cancelled. `done` must follow.
    public func next() async -> Key? {
        while !Task.isCancelled {
            switch line.withLock({ $0.queue.take(now: clock.now()) }) {
            case .key(let key): return key
            case .closed: return nil
            case .wait(let time): await rest(until: time)
            }
        }
        return nil
    }

    /// The worker is through with the key.
    public func done(_ key: Key) {
        change { _ = $0.done(key) }
    }

    /// Ends all waiting; nothing is handed out any more.
    public func close() {
        change { $0.close() }
    }

    private func change<Result: Sendable>(_ body: (inout WorkQueueState<Key>) -> Result) -> Result {
        let (result, waiting) = line.withLock { line in
            let result = body(&line.queue)
            defer { line.waiting = [:] }
            return (result, line.waiting)
        }
        // All wake: those that find nothing wait again.
        for continuation in waiting.values { continuation.resume() }
        return result
    }

    /// Returns at a change, at `time`, or when the task is cancelled.
    private func rest(until time: Duration?) async {
        guard let time else { return await changed() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.changed() }
            group.addTask {
                // Cancelled means that the change came first.
                try? await self.clock.sleep(max(time - self.clock.now(), .zero))
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func changed() async {
        let id = line.withLock { line in
            line.nextWaiter += 1
            return line.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = line.withLock { line in
                    // What was added since `next` looked must not be waited for.
                    guard !line.queue.hasSomething(now: clock.now()), !Task.isCancelled else { return true }
                    line.waiting[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            line.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
