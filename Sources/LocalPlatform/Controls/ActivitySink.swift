public import PalanaCore

/// An audit log that also sees by what it is given which agents do something.
public struct ActivitySink: AuditSink {
    private let sink: any AuditSink
    private let book: ActivityBook

    public init(_ sink: any AuditSink, book: ActivityBook) {
        self.sink = sink
        self.book = book
    }

    public func record(_ event: AuditEvent) async throws(AuditFailure) {
        note(event)
        try await sink.record(event)
    }

    public func record(_ events: [AuditEvent]) async throws(AuditFailure) {
        for event in events { note(event) }
        try await sink.record(events)
    }

    /// A decision, whichever it is, and the end of what was allowed.
    private func note(_ event: AuditEvent) {
        guard event.kind == .decision || event.kind == .completion, let agent = event.agent else { return }
        book.note(agent, host: event.host)
    }
}
