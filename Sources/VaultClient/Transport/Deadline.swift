/// The time was over before the work was done.
struct DeadlineExceeded: Error {}

/// Runs `work`, and cancels it and throws `DeadlineExceeded` when `limit` is over first.
func withDeadline<Value: Sendable>(
    _ limit: Duration, clock: VaultClock, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: work)
        group.addTask {
            try await clock.sleep(limit)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw DeadlineExceeded() }
        return first
    }
}
