/// A wait that took longer than it may.
public struct DeadlineExceeded: Error, Sendable, CustomStringConvertible {
    public var limit: Duration
    public var description: String { "not ready within \(limit)" }
}

/// Runs `body` and cancels it at the deadline.
public func withDeadline<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlineExceeded(limit: limit)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw DeadlineExceeded(limit: limit) }
        return first
    }
}

/// Asks `condition` every `interval` until it holds. Bounded by the caller's deadline or cancellation.
public func poll(
    every interval: Duration = .milliseconds(20), _ condition: @Sendable () async throws -> Bool
) async throws {
    while try await !condition() {
        try await Task.sleep(for: interval)
    }
}
