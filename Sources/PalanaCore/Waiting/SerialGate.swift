import Synchronization

/// Lets one through at a time, in order of arrival. Those who wait are as many as call; each caller bounds itself.
public final class SerialGate: Sendable {
    private struct State {
        var busy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Runs `body` when nobody else does.
    public func alone<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                if state.busy { state.waiting.append(continuation) }
                defer { state.busy = true }
                return !state.busy
            }
            if free { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state in
            state.busy = !state.waiting.isEmpty
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}
