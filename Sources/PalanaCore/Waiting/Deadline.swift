/// A wait that took longer than it may.
public struct DeadlineExceeded: Error, Sendable, CustomStringConvertible {
    public var limit: Duration

    public init(limit: Duration) {
        self.limit = limit
    }

    public var description: String { "not ready within \(limit)" }
}

/// Runs `body`, and cancels it and throws ``DeadlineExceeded`` when `limit` is over first.
/// - Parameter sleep: waits so long; a test brings its own clock's.
public func withDeadline<Value: Sendable>(
    _ limit: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await sleep(limit)
            throw DeadlineExceeded(limit: limit)
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw DeadlineExceeded(limit: limit) }
        return first
    }
}
