import Dispatch

/// A short wait that a cancelled task makes too: for what must be put away in any case.
func pause(milliseconds: Int) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
    }
}

/// Runs `body`, which must stop when it is cancelled, for at most `limit`; throws `error` when the time is over.
func withDeadline<Value: Sendable>(
    _ limit: Duration, or error: SandboxError, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else { throw error }
        return value
    }
}
