import Synchronization

/// A value that is set once and that any number of tasks may wait for.
final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [Int: CheckedContinuation<Value?, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// The value when it is there.
    var current: Value? { state.withLock { $0.value } }

    /// Sets the value; later calls change nothing.
    func set(_ value: Value) {
        let waiters = state.withLock { state in
            guard state.value == nil else { return [CheckedContinuation<Value?, Never>]() }
            state.value = value
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    /// Waits for the value; throws when the waiting task is cancelled.
    func value() async throws(CancellationError) -> Value {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let value = await withTaskCancellationHandler {
            await wait(ticket: ticket, evenIfCancelled: false)
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(returning: nil)
        }
        guard let value else { throw CancellationError() }
        return value
    }

    /// Waits for a value that is sure to come soon, cancelled or not.
    func valueIgnoringCancellation() async -> Value {
        while true {
            let ticket = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            if let value = await wait(ticket: ticket, evenIfCancelled: true) { return value }
        }
    }

    private func wait(ticket: Int, evenIfCancelled: Bool) async -> Value? {
        await withCheckedContinuation { continuation in
            let now: Value?? = state.withLock { state in
                if let value = state.value { return .some(value) }
                if Task.isCancelled && !evenIfCancelled { return .some(nil) }
                state.waiters[ticket] = continuation
                return nil
            }
            if let now { continuation.resume(returning: now) }
        }
    }
}
