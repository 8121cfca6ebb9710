/// Why an event could not be written. Egress is refused then (`audit_unavailable`).
public struct AuditFailure: Error, Sendable, Hashable {
    public var reason: String

    public init(_ reason: String) {
        self.reason = reason
    }
}

/// Takes audit events. Returns when the event is in the chain (written, not necessarily synced to the disk).
public protocol AuditSink: Sendable {
    func record(_ event: AuditEvent) async throws(AuditFailure)

    /// Takes several at once, in this order, which is cheaper than one after the other. All are written, or none of those
    /// that aren't yet when one can't be.
    func record(_ events: [AuditEvent]) async throws(AuditFailure)
}

extension AuditSink {
    public func record(_ events: [AuditEvent]) async throws(AuditFailure) {
        for event in events { try await record(event) }
    }
}
