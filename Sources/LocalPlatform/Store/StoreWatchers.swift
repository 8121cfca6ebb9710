import PalanaCore

/// The open watches. Each has a queue of `capacity` changes; a watcher that lets it run full is cut off, and finds
/// everything in the snapshot of its next watch.
struct StoreWatchers {
    let capacity: Int
    private var continuations: [AsyncStream<StoreChange>.Continuation] = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func add(snapshot: [Resource]) -> AsyncStream<StoreChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: StoreChange.self, bufferingPolicy: .bufferingOldest(capacity))
        continuation.yield(.snapshot(snapshot))
        continuations.append(continuation)
        return stream
    }

    /// Watches whose reader has gone are dropped here too.
    mutating func tell(_ change: StoreChange) {
        continuations.removeAll { continuation in
            if case .enqueued = continuation.yield(change) { return false }
            continuation.finish()
            return true
        }
    }

    mutating func finishAll() {
        let open = continuations
        continuations = []
        for continuation in open { continuation.finish() }
    }

    var count: Int { continuations.count }
}
