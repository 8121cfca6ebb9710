import PalanaCore
import PlatformAPI

/// An act of a person, or of the platform itself, as the audit log keeps it.
struct Act {
    var kind: AuditEvent.Kind
    var action: String
    var agent: Agent?
    var secret: String?
    var detail: String?
    /// What was acted on when it is no agent.
    var resource: String?
    var reason: String?
    /// Who did it, if it wasn't the local user.
    var actor: String?

    init(
        _ kind: AuditEvent.Kind, _ action: String, agent: Agent? = nil, secret: String? = nil, detail: String? = nil
    ) {
        self.kind = kind
        self.action = action
        self.agent = agent
        self.secret = secret
        self.detail = detail
    }

    func event(by user: String, _ outcome: AuditEvent.Outcome) -> AuditEvent {
        var event = AuditEvent(kind: kind, action: action, outcome: outcome)
        event.actor = actor ?? user
        event.agent = agent?.id
        event.agentName = agent?.metadata.name
        event.owner = agent?.spec.owner
        event.secrets = secret.map { [$0] }
        event.detail = detail
        event.resource = resource
        event.reason = reason
        return event
    }
}

/// Who did what (docs/decisions/017-acts-on-record.md).
extension LocalOperations {
    /// Does what gives or widens rights. It stands in the audit log as `allowed` before it is done and isn't done when
    /// it can't be recorded; when it then fails, a second record says so.
    @discardableResult
    func granting<Value: Sendable>(_ act: Act, _ body: () async throws -> Value) async throws -> Value {
        try await granting([act], body)
    }

    @discardableResult
    func granting<Value: Sendable>(_ acts: [Act], _ body: () async throws -> Value) async throws -> Value {
        for act in acts {
            do {
                try await parts.audit.record(act.event(by: user, .allowed))
            } catch {
                throw APIError(.unavailable, "nothing was done: the audit log can't be written (\(error.reason))")
            }
        }
        return try await noting(acts, body)
    }

    /// Does what takes rights away, which must be possible at any time; then records it.
    func narrowing(_ act: Act, _ body: () async throws -> Void) async throws {
        try await noting([act], body)
        try await recordDone(act)
    }

    /// Records what stands already.
    func recordDone(_ act: Act) async throws {
        do {
            try await parts.audit.record(act.event(by: user, .succeeded))
        } catch {
            throw APIError(.unavailable, "it was done, but the audit log can't be written (\(error.reason))")
        }
    }

    /// Records that the acts failed when `body` does.
    private func noting<Value: Sendable>(_ acts: [Act], _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            for act in acts {
                do {
                    try await parts.audit.record(act.event(by: user, .failed))
                } catch let unwritten {
                    throw Self.failure(error, and: "the audit log can't be written (\(unwritten.reason))")
                }
            }
            throw error
        }
    }

    /// An error that brought another one with it; what was the cause stays in front.
    static func failure(_ error: any Error, and more: String) -> APIError {
        guard let error = error as? APIError else { return APIError(.failed, "\(error); besides, \(more)") }
        return APIError(error.reason, "\(error.message); besides, \(more)")
    }
}
