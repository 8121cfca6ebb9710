import Foundation
import PalanaCore

/// The audit event of one decision, filled in as things become known, so that a refusal says all that was known by
/// then.
struct DecisionRecord: Sendable {
    let id: DecisionID
    private(set) var event: AuditEvent

    init(_ request: EgressRequest, id: DecisionID, action: String, time: Date) {
        self.id = id
        event = AuditEvent(kind: .decision, action: action, outcome: .denied, time: time)
        event.decisionID = id
        event.agent = request.caller.agent
        event.source = request.caller.source?.description
        event.method = request.method.printable(limit: 32)
        event.scheme = request.scheme.printable(limit: 8)
        event.host = request.authority.printable(limit: 260)
        event.protocolVersion = request.protocolVersion.printable(limit: 16)
        event.sni = request.sni.flatMap { $0.isEmpty ? nil : $0.printable(limit: 260) }
        event.connectAuthority = request.caller.connectAuthority?.printable(limit: 270)
        event.upgrade = request.upgrade?.printable(limit: 40)
    }

    /// For those who answer later in the exchange.
    var metadata: DecisionMetadata {
        DecisionMetadata(id: id, host: event.host, method: event.method, path: event.path, rule: event.rule)
    }

    mutating func note(_ agent: AgentSnapshot) {
        event.agent = agent.id
        event.agentName = agent.name
        event.owner = agent.owner
    }

    mutating func note(host: HostName, port: Int) {
        event.host = host.value
        event.port = port
        event.destinationClass = DestinationClass(host: host.value).rawValue
    }

    /// - Parameter scanner: masks placeholders; nil while the agent isn't known.
    mutating func note(_ request: EgressRequest, maskedBy scanner: PlaceholderScanner) {
        event.host = scanner.masked(request.authority).printable(limit: 260)
        let path = request.target.prefix { $0 != "?" }
        event.path = scanner.masked(String(path)).printable(limit: 2_048)
        event.headerNames = Set(request.headers.map(\.name)).filter { !$0.hasPrefix(":") }.sorted()
            .prefix(64).map { name in
                scanner.secretIgnoringCase(in: name).map { "[placeholder \($0)]" } ?? name.printable(limit: 100)
            }
    }

    mutating func note(queryKeys: [String], maskedBy scanner: PlaceholderScanner) {
        event.queryKeys = queryKeys.prefix(64).map { scanner.masked($0).printable(limit: 100) }
    }

    mutating func note(_ scan: CredentialScan) {
        let places = scan.placeholders.map { "\($0.secret)@\($0.position.rawValue)" }
        if !places.isEmpty { event.secrets = places }
    }

    mutating func note(_ decision: PolicyDecision) {
        event.rule = decision.rule
        event.reason = decision.reason
        event.policyRevision = decision.policyRevision
    }

    mutating func allow(rule: String? = nil) {
        event.outcome = .allowed
        if let rule { event.rule = rule }
    }

    mutating func refuse(_ refusal: Refusal) {
        event.outcome = refusal.code == .awaitingApproval ? .asked : .denied
        event.code = refusal.code
        event.reason = refusal.message
        if let rule = refusal.rule { event.rule = rule }
        event.status = refusal.code.httpStatus
        if let touched = refusal.touched { event.secrets = (event.secrets ?? []) + [touched.description] }
    }
}
