import PalanaCore

/// What a work queue knows and decides; all times are since some start.
///
/// A key is in at most one of: waiting for its time, ready, worked on. One that is added while it is worked on is ready
/// again when that is done, so no two workers ever have the same key and no change is missed. All that is kept is kept
/// by key, so the queue is never longer than there are objects.
struct WorkQueueState<Key: Hashable & Sendable>: Sendable {
    /// What a worker gets.
    enum Turn: Sendable, Equatable {
        case key(Key)
        /// Nothing is ready; something will be at this time, if one is given.
        case wait(until: Duration?)
        case closed
    }

    private let shortest: Duration
    private let longest: Duration
    private var ready: [Key] = []
    /// Where `ready` starts; what is before it was handed out.
    private var head = 0
    private var isReady: Set<Key> = []
    private var isWorkedOn: Set<Key> = []
    private var isWantedAgain: Set<Key> = []
    private var delayed = DelayedKeys<Key>()
    private var backoffs: [Key: Backoff] = [:]
    private(set) var isClosed = false

    init(shortest: Duration, longest: Duration) {
        self.shortest = shortest
        self.longest = longest
    }

    /// Keys that wait for a worker, without those whose time has not come.
    var depth: Int { isReady.count }
    var workedOn: Int { isWorkedOn.count }
    /// Whether nothing is to do now: nothing ready and nothing worked on.
    var isIdle: Bool { isReady.isEmpty && isWorkedOn.isEmpty }

    /// Whether a worker has no reason to wait.
    func hasSomething(now: Duration) -> Bool {
        isClosed || !isReady.isEmpty || delayed.earliest.map { $0 <= now } ?? false
    }

    mutating func add(_ key: Key) {
        delayed.remove(key)
        guard !isClosed else { return }
        guard !isWorkedOn.contains(key) else {
            isWantedAgain.insert(key)
            return
        }
        if isReady.insert(key).inserted { ready.append(key) }
    }

    /// An earlier time that was already set for the key stays.
    mutating func add(_ key: Key, at time: Duration) {
        guard !isClosed, !isReady.contains(key), !isWantedAgain.contains(key) else { return }
        delayed.add(key, at: time)
    }

    /// The wait of a key that failed once more.
    mutating func failed(_ key: Key) -> Duration {
        backoffs[key, default: Backoff(from: shortest, to: longest)].next()
    }

    /// The key went well: its next failure counts as the first.
    mutating func forget(_ key: Key) { backoffs[key] = nil }

    func failures(of key: Key) -> Int { backoffs[key]?.failures ?? 0 }

    mutating func take(now: Duration) -> Turn {
        guard !isClosed else { return .closed }
        for key in delayed.due(now) { add(key) }
        guard head < ready.count else { return .wait(until: delayed.earliest) }
        let key = ready[head]
        head += 1
        if head > 64, head * 2 > ready.count {
            ready.removeFirst(head)
            head = 0
        }
        isReady.remove(key)
        isWorkedOn.insert(key)
        return .key(key)
    }

    /// - Returns: whether the key is ready again at once.
    mutating func done(_ key: Key) -> Bool {
        isWorkedOn.remove(key)
        guard isWantedAgain.remove(key) != nil else { return false }
        add(key)
        return true
    }

    mutating func close() {
        isClosed = true
        (ready, head, isReady, isWantedAgain) = ([], 0, [], [])
        delayed = DelayedKeys()
    }
}
