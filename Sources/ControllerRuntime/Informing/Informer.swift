public import KubernetesClient
public import Logging
public import ServiceLifecycle
import Synchronization

/// Knows all objects of a kind by watching them: a store with indexes, and handlers that hear of each change.
///
///     API server ──watch──▶ store ──changes──▶ handlers ──keys──▶ work queues
public final class Informer<Object: KubernetesObject>: Service, Sendable {
    /// Called for each change, in order, after the store has it. Must be quick (put a key into a queue) and must not
    /// add handlers.
    public typealias Handler = @Sendable (InformerChange<Object>) -> Void

    private struct Standing {
        var hasSynced = false
        var failure: KubernetesFailure?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let watch: ObjectWatch<Object>
    private let logger: Logger
    private let store: Mutex<ObjectStore<Object>>
    private let standing = Mutex(Standing())
    /// Held while changes are stored and told, so that a new handler hears of each object exactly once.
    private let handlers = Mutex<[Handler]>([])

    /// - Parameters:
    ///   - namespace: nil means all namespaces.
    ///   - indexes: by a name for it, the values that an object is to be found under.
    public init(
        _ client: KubernetesClient, _ kind: Object.Type = Object.self, in namespace: String? = nil,
        where selection: Selection = .all, indexes: [String: @Sendable (Object) -> [String]] = [:],
        logger: Logger = Logger(label: "informer")
    ) {
        watch = client.watch(kind, in: namespace, where: selection)
        store = Mutex(ObjectStore(indexes: indexes))
        var logger = logger
        logger[metadataKey: "kind"] = "\(Object.type)"
        self.logger = logger
    }

    /// Watches until the task is cancelled or the service is to end.
    public func run() async {
        await cancelWhenGracefulShutdown {
            await self.watch.run { change in self.take(change) }
        }
        release()
    }

    // MARK: - Reading

    /// Whether the first list is in: before, an absent object means nothing.
    public var hasSynced: Bool { standing.withLock { $0.hasSynced } }

    /// Why the API server can't be listened to at the moment; nil when it can. What is known may be old then.
    public var failure: KubernetesFailure? { standing.withLock { $0.failure } }

    /// Returns when the first list is in, or the task is cancelled; see `hasSynced`.
    public func waitUntilSynced() async {
        let id = standing.withLock { standing in
            standing.nextWaiter += 1
            return standing.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = standing.withLock { standing in
                    guard !standing.hasSynced, !Task.isCancelled else { return true }
                    standing.waiting[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            standing.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    public func object(_ key: ObjectKey) -> Object? { store.withLock { $0.objects[key] } }

    /// All objects, in no order.
    public var objects: [Object] { store.withLock { Array($0.objects.values) } }

    public var keys: [ObjectKey] { store.withLock { Array($0.objects.keys) } }

    /// The objects that stand under `value` in an index, in no order.
    public func objects(_ index: String, _ value: String) -> [Object] {
        store.withLock { store in store.keys(index, value).compactMap { store.objects[$0] } }
    }

    /// The objects that are there and can't be read, with the reason; they are nowhere else.
    public var unreadable: [ObjectKey: String] { store.withLock { $0.unreadable } }

    /// Tells `handler` of all objects that there are and of every change from now on.
    public func addHandler(_ handler: @escaping Handler) {
        handlers.withLock { handlers in
            for object in objects { handler(.added(object)) }
            handlers.append(handler)
        }
    }
}

extension Informer {
    private func take(_ change: WatchChange<Object>) {
        switch change {
        case .listed(let list):
            tell { $0.replace(with: list) }
            for (key, problem) in list.unreadable { warn(key, problem) }
            synced()
        case .changed(let object): tell { $0.put(object) }
        case .deleted(let object): tell { $0.remove(object) }
        case .unreadable(let key, let problem):
            tell { $0.mark(unreadable: key, problem: problem) }
            warn(key, problem)
        case .unreadableDeleted(let key): tell { $0.remove(key) }
        case .interrupted(let failure, let pause):
            standing.withLock { $0.failure = failure }
            logger.warning(
                "watch interrupted",
                metadata: ["error": "\(failure)", "retryIn": "\(pause.components.seconds) s"])
        case .resumed: standing.withLock { $0.failure = nil }
        }
    }

    private func tell(_ change: (inout ObjectStore<Object>) -> [InformerChange<Object>]) {
        handlers.withLock { handlers in
            for change in store.withLock({ change(&$0) }) {
                for handler in handlers { handler(change) }
            }
        }
    }

    private func warn(_ key: ObjectKey, _ problem: String) {
        logger.warning("object can't be read", metadata: ["object": "\(key)", "problem": "\(problem)"])
    }

    private func synced() {
        let waiting = standing.withLock { standing in
            standing.hasSynced = true
            standing.failure = nil
            defer { standing.waiting = [:] }
            return standing.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// At the end nobody waits any longer.
    private func release() {
        let waiting = standing.withLock { standing in
            defer { standing.waiting = [:] }
            return standing.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }
}
