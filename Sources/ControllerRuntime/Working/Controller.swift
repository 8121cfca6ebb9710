public import KubernetesClient
public import Logging
import PalanaCore
public import ServiceLifecycle
import Synchronization

/// How it went with one key.
public enum ReconcileOutcome: Sendable, Hashable {
    /// All is as it should be; the next change brings the key back.
    case done
    /// Nothing is wrong; look again after so long (something takes its time, or nobody tells when it changes).
    case requeue(after: Duration)
}

public struct ControllerConfiguration: Sendable {
    /// For logs.
    public var name: String
    /// How many keys are worked on at a time.
    public var workers: Int
    /// A reconcile that takes longer is cancelled and counts as failed.
    public var limit: Duration

    public init(name: String, workers: Int = 4, limit: Duration = .seconds(120)) {
        self.name = name
        self.workers = workers
        self.limit = limit
    }
}

/// Takes keys from a queue and reconciles each: workers side by side, failures with growing pauses.
public final class Controller<Key: Hashable & Sendable & CustomStringConvertible>: Service, Sendable {
    public typealias Reconcile = @Sendable (Key) async throws -> ReconcileOutcome

    /// How many reconciles ended how.
    public struct Counts: Sendable, Hashable {
        public var done = 0
        public var requeued = 0
        public var failed = 0
        public var passedOver = 0
    }

    private let configuration: ControllerConfiguration
    public let queue: WorkQueue<Key>
    private let isPaused: @Sendable (Key) -> Bool
    private let prepare: @Sendable () async -> Void
    private let reconcile: Reconcile
    private let clock: KubernetesClock
    private let logger: Logger
    private let tally = Mutex(Counts())

    /// - Parameters:
    ///   - isPaused: a key for which it is true is passed over; the change that ends the pause brings it back.
    ///   - prepare: what must be over before the first key is taken: the informers' first lists.
    ///   - reconcile: makes the world as the object wants it; called for a key that is gone, too. Whatever it throws
    ///     brings the key back later.
    public init(
        _ configuration: ControllerConfiguration, queue: WorkQueue<Key>,
        isPaused: @escaping @Sendable (Key) -> Bool = { _ in false },
        prepare: @escaping @Sendable () async -> Void = {},
        clock: KubernetesClock = .continuous, logger: Logger = Logger(label: "controller"),
        reconcile: @escaping Reconcile
    ) {
        self.configuration = configuration
        self.queue = queue
        self.isPaused = isPaused
        self.prepare = prepare
        self.reconcile = reconcile
        self.clock = clock
        var logger = logger
        logger[metadataKey: "controller"] = "\(configuration.name)"
        self.logger = logger
    }

    public var counts: Counts { tally.withLock { $0 } }

    /// Works until the task is cancelled (also in the middle of a key) or the service is to end (then what is begun is
    /// finished). Runs once: the queue is closed afterwards.
    public func run() async {
        await withGracefulShutdownHandler {
            await prepare()
            await withDiscardingTaskGroup { group in
                for _ in 0..<max(configuration.workers, 1) {
                    group.addTask { await self.work() }
                }
            }
        } onGracefulShutdown: {
            self.queue.close()
        }
        queue.close()
    }

    private func work() async {
        while let key = await queue.next() {
            await handle(key)
            queue.done(key)
        }
    }

    private func handle(_ key: Key) async {
        guard !isPaused(key) else {
            queue.forget(key)
            return tally.withLock { $0.passedOver += 1 }
        }
        do {
            let reconcile = reconcile
            switch try await withDeadline(configuration.limit, sleep: clock.sleep, { try await reconcile(key) }) {
            case .done:
                queue.forget(key)
                tally.withLock { $0.done += 1 }
            case .requeue(let delay):
                queue.forget(key)
                queue.add(key, after: delay)
                tally.withLock { $0.requeued += 1 }
            }
        } catch {
            guard !Task.isCancelled else { return }
            failed(key, error)
        }
    }

    private func failed(_ key: Key, _ error: any Error) {
        let pause = queue.addFailed(key, after: (error as? KubernetesFailure)?.retryAfter)
        tally.withLock { $0.failed += 1 }
        logger.warning(
            "reconcile failed",
            metadata: [
                "key": "\(key)", "error": "\(error)", "failures": "\(queue.failures(of: key))",
                "retryIn": "\(pause.components.seconds) s",
            ])
    }
}
