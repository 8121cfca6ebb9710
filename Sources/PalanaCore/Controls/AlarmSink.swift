import Synchronization

/// An audit log that also listens: what is recorded may be an alarm, and then the agent is killed before the record is
/// answered, so before what it asked for goes out.
public final class AlarmSink: AuditSink {
    private struct State {
        var book: AlarmBook
        var raise: (@Sendable (Alarm) async -> Void)?
    }

    private let sink: any AuditSink
    private let isCanary: @Sendable (AgentID, String) -> Bool
    private let isKilled: @Sendable (AgentID) -> Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - isCanary: whether this secret of that agent is one.
    ///   - isKilled: whether something holds the agent already: then it needs no second switch.
    public init(
        _ sink: any AuditSink, rules: AlarmRules, isCanary: @escaping @Sendable (AgentID, String) -> Bool,
        isKilled: @escaping @Sendable (AgentID) -> Bool
    ) {
        self.sink = sink
        self.isCanary = isCanary
        self.isKilled = isKilled
        state = Mutex(State(book: AlarmBook(rules: rules)))
    }

    /// - Parameter raise: what is done at an alarm. Nothing until it is set.
    public func onAlarm(_ raise: @escaping @Sendable (Alarm) async -> Void) {
        state.withLock { $0.raise = raise }
    }

    public func record(_ event: AuditEvent) async throws(AuditFailure) {
        await listen(event)
        try await sink.record(event)
    }

    public func record(_ events: [AuditEvent]) async throws(AuditFailure) {
        for event in events { await listen(event) }
        try await sink.record(events)
    }

    private func listen(_ event: AuditEvent) async {
        let (alarm, raise) = state.withLock { state in
            (state.book.note(event, isCanary: isCanary), state.raise)
        }
        guard let alarm, let raise, !isKilled(alarm.agent) else { return }
        await raise(alarm)
    }
}
