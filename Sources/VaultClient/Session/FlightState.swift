/// The bookkeeping of `FlightCache`, without waiting and without a clock.
struct FlightState<Key: Hashable & Sendable, Value: Sendable, Failure: Error & Sendable>: Sendable {
    typealias Outcome = Result<Value, Failure>
    /// Gets the shared outcome, or nil for "ask again".
    typealias Waiter = CheckedContinuation<Outcome?, Never>

    enum Answer {
        case kept(Outcome)
        case lead(UInt64)
        case follow(UInt64)
    }

    struct Landed {
        var waiters: [Waiter]
        var shared: Outcome?
    }

    private struct Entry {
        var outcome: Outcome
        var end: Duration
    }

    private struct Flight {
        var number: UInt64
        var waiters: [UInt64: Waiter] = [:]
    }

    let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var flights: [Key: Flight] = [:]
    private var counter: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many wait for a load of another's.
    func followers(of key: Key) -> Int { flights[key]?.waiters.count ?? 0 }

    mutating func ticket() -> UInt64 {
        counter += 1
        return counter
    }

    mutating func fresh(_ key: Key, now: Duration) -> Outcome? {
        guard let entry = entries[key] else { return nil }
        if now < entry.end { return entry.outcome }
        entries[key] = nil
        return nil
    }

    mutating func ask(_ key: Key, now: Duration) -> Answer {
        if let outcome = fresh(key, now: now) { return .kept(outcome) }
        if let flight = flights[key] { return .follow(flight.number) }
        sweep(now)
        let flight = Flight(number: ticket())
        flights[key] = flight
        return .lead(flight.number)
    }

    /// False when that flight is over.
    mutating func wait(_ ticket: UInt64, for number: UInt64, of key: Key, _ waiter: Waiter) -> Bool {
        guard flights[key]?.number == number else { return false }
        flights[key]?.waiters[ticket] = waiter
        return true
    }

    mutating func leave(_ ticket: UInt64, of key: Key) -> Waiter? {
        flights[key]?.waiters.removeValue(forKey: ticket)
    }

    /// Ends a flight; nil when it was retired. What a cancelled leader failed with is its own: the others ask again.
    mutating func land(
        _ number: UInt64, of key: Key, _ outcome: Outcome, until end: Duration, cancelled: Bool
    ) -> Landed? {
        guard let flight = flights[key], flight.number == number else { return nil }
        flights[key] = nil
        let waiters = Array(flight.waiters.values)
        if cancelled, case .failure = outcome { return Landed(waiters: waiters, shared: nil) }
        if entries.count < capacity { entries[key] = Entry(outcome: outcome, end: end) }
        return Landed(waiters: waiters, shared: outcome)
    }

    mutating func replace(_ key: Key, with value: Value, until end: Duration, where condition: (Value) -> Bool) -> Bool
    {
        guard case .success(let current)? = entries[key]?.outcome, condition(current) else { return false }
        entries[key] = Entry(outcome: .success(value), end: end)
        return true
    }

    mutating func drop(_ key: Key, where condition: (Value) -> Bool) {
        guard case .success(let current)? = entries[key]?.outcome, condition(current) else { return }
        entries[key] = nil
    }

    /// Those who wait for a retired flight, to be told to ask again.
    mutating func invalidate(where matches: (Key) -> Bool) -> [Waiter] {
        entries = entries.filter { !matches($0.key) }
        let retired = flights.filter { matches($0.key) }
        for key in retired.keys { flights[key] = nil }
        return retired.values.flatMap { $0.waiters.values }
    }

    /// Values past their end leave memory when something is loaded, not only when they are asked for.
    private mutating func sweep(_ now: Duration) {
        guard entries.count >= min(capacity, 64) else { return }
        entries = entries.filter { now < $0.value.end }
    }
}
