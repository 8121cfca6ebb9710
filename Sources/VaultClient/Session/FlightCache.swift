import Synchronization

/// Values with an age limit, loaded at most once at a time per key.
///
/// The first who asks loads in its own task; the others wait for its result. Invalidating drops what is kept *and* the
/// loads under way: their results reach nobody, those who wait load anew. A load that ends because its own caller was
/// cancelled is taken over by one that waits.
final class FlightCache<Key: Hashable & Sendable, Value: Sendable, Failure: Error & Sendable>: Sendable {
    typealias State = FlightState<Key, Value, Failure>

    /// What a load came to, and for how long it stands.
    struct Landing: Sendable {
        var result: Result<Value, Failure>
        var lifetime: Duration
    }

    private let state: Mutex<State>
    private let clock: VaultClock
    /// Thrown to a caller that was cancelled, or whose loads were invalidated again and again.
    private let abandoned: Failure

    /// - Parameter capacity: how many values are kept; when that many are fresh, a further one is loaded each time.
    init(capacity: Int, clock: VaultClock, abandoned: Failure) {
        state = Mutex(State(capacity: capacity))
        self.clock = clock
        self.abandoned = abandoned
    }

    /// The kept value of `key` if it is fresh, else the result of `load`.
    func value(for key: Key, load: () async -> Landing) async throws(Failure) -> Value {
        for _ in 0..<8 {
            let now = clock.now()
            switch state.withLock({ $0.ask(key, now: now) }) {
            case .kept(let result): return try result.get()
            case .lead(let flight):
                if let result = await lead(flight, of: key, load) { return try result.get() }
            case .follow(let flight):
                if let result = await follow(flight, of: key) { return try result.get() }
            }
        }
        throw abandoned
    }

    /// The kept value without loading.
    func kept(for key: Key) -> Value? {
        let now = clock.now()
        return state.withLock { $0.fresh(key, now: now) }.flatMap { try? $0.get() }
    }

    /// How many wait for a load of `key` that another began.
    func followers(of key: Key) -> Int { state.withLock { $0.followers(of: key) } }

    /// Puts `value` in place of the kept one if `condition` holds for that; false when it doesn't or nothing is kept.
    @discardableResult
    func replace(_ key: Key, with value: Value, lifetime: Duration, where condition: (Value) -> Bool) -> Bool {
        let now = clock.now()
        return state.withLock { $0.replace(key, with: value, until: now + lifetime, where: condition) }
    }

    /// Drops one kept value if `condition` holds for it; loads under way go on.
    func drop(_ key: Key, where condition: (Value) -> Bool) {
        state.withLock { $0.drop(key, where: condition) }
    }

    /// Drops what is kept and retires what is under way for all keys that `matches`.
    func invalidate(where matches: (Key) -> Bool) {
        let waiters = state.withLock { $0.invalidate(where: matches) }
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    /// Loads; nil when the load was retired meanwhile.
    private func lead(_ flight: UInt64, of key: Key, _ load: () async -> Landing) async -> Result<Value, Failure>? {
        let landing = await load()
        let now = clock.now()
        let cancelled = Task.isCancelled
        let outcome = state.withLock { state in
            state.land(flight, of: key, landing.result, until: now + landing.lifetime, cancelled: cancelled)
        }
        guard let outcome else { return cancelled ? .failure(abandoned) : nil }
        for waiter in outcome.waiters { waiter.resume(returning: outcome.shared) }
        return landing.result
    }

    /// Waits for another's load; nil when it was retired or handed over.
    private func follow(_ flight: UInt64, of key: Key) async -> Result<Value, Failure>? {
        let ticket = state.withLock { $0.ticket() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard state.withLock({ $0.wait(ticket, for: flight, of: key, continuation) }) else {
                    return continuation.resume(returning: nil)
                }
                if Task.isCancelled { leave(ticket, key) }
            }
        } onCancel: {
            leave(ticket, key)
        }
    }

    private func leave(_ ticket: UInt64, _ key: Key) {
        state.withLock { $0.leave(ticket, of: key) }?.resume(returning: .failure(abandoned))
    }
}
