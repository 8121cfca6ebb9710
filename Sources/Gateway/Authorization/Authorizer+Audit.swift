import Logging
import PalanaCore

extension Authorizer {
    /// The record of an allowed request; without it the request doesn't go out.
    func write(_ record: DecisionRecord) async throws(Refusal) {
        do {
            try await audit.record(record.event)
        } catch {
            log.error("audit failed", metadata: ["reason": "\(error.reason)", "decision": "\(record.id)"])
            guard configuration.auditBestEffort else {
                throw Refusal(
                    .auditUnavailable, "the audit log can't take the record: \(error.reason)",
                    hint: "free disk space on the platform's machine; then try again")
            }
        }
    }

    /// Completes the refusal with what is known and records it. A refusal stays one when the audit log fails.
    func refuse(_ refusal: Refusal, _ request: EgressRequest, _ record: inout DecisionRecord) async -> Refusal {
        var result = refusal
        result.rule = refusal.rule ?? record.event.rule ?? "platform"
        record.refuse(result)
        // Whoever came to an agent's port isn't told whose it is.
        result.agent = refusal.code == .unknownAgent ? nil : record.event.agent
        result.host = record.event.host
        result.method = record.event.method
        result.path = record.event.path
        result.decisionID = record.id
        guard refusal.code != .auditUnavailable else { return result }
        do {
            try await audit.record(record.event)
        } catch {
            log.error("audit failed", metadata: ["reason": "\(error.reason)", "decision": "\(record.id)"])
        }
        return result
    }
}
