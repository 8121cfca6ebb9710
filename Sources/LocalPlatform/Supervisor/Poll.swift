/// Asks `condition` every `interval` until it holds. Bounded by the caller's deadline or cancellation.
public func poll(
    every interval: Duration = .milliseconds(20), _ condition: @Sendable () async throws -> Bool
) async throws {
    while try await !condition() {
        try await Task.sleep(for: interval)
    }
}
