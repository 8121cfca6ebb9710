import PalanaCore

/// Group commit without a thread of its own: the first caller leads and writes for all who came in the meantime; then
/// the first of those who came during the write leads. So a lone caller waits for nobody, and under load one write
/// carries many records.
struct CommitQueue {
    /// What a waiting caller hears.
    enum Turn: Sendable {
        /// Its records are written, or they aren't.
        case done(AuditFailure?)
        /// It leads now, and writes its own records first.
        case lead
    }

    struct Waiter: Sendable {
        var records: [RenderedRecord]
        var continuation: CheckedContinuation<Turn, Never>
    }

    private var waiters: [Waiter] = []
    private var isLed = false

    /// Whether the caller may lead at once.
    mutating func lead() -> Bool {
        guard !isLed else { return false }
        isLed = true
        return true
    }

    /// Gets in line behind the leader, or says what the caller hears at once.
    /// - Parameter longest: how many may wait; further ones are turned away.
    mutating func wait(_ waiter: Waiter, longest: Int) -> Turn? {
        if lead() { return .lead }
        guard waiters.count < longest else {
            return .done(AuditFailure("The audit log can't keep up: \(longest) records wait to be written"))
        }
        waiters.append(waiter)
        return nil
    }

    /// All who wait; for the leader, who writes for them.
    mutating func takeAll() -> [Waiter] {
        defer { waiters = [] }
        return waiters
    }

    /// Ends a lead. The next leader, if anybody waits.
    mutating func handOver() -> Waiter? {
        guard waiters.isEmpty else { return waiters.removeFirst() }
        isLed = false
        return nil
    }
}
