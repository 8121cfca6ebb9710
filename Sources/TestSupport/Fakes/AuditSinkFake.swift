public import PalanaCore
import Synchronization

/// An audit log in memory.
public final class AuditSinkFake: AuditSink {
    private struct State {
        var events: [AuditEvent] = []
        var failure: AuditFailure?
    }

    private let state = Mutex(State())

    public init() {}

    public var events: [AuditEvent] { state.withLock { $0.events } }

    /// Every record fails with this from now on; nil mends it.
    public func fail(with failure: AuditFailure?) {
        state.withLock { $0.failure = failure }
    }

    public func record(_ event: AuditEvent) async throws(AuditFailure) {
        let failure = state.withLock { state in
            if state.failure == nil { state.events.append(event) }
            return state.failure
        }
        if let failure { throw failure }
    }
}
