import Foundation
import PalanaCore

/// Everything that a decision rests on, gathered without asking anyone: the request read, the agent's rules for its
/// host, the credentials that it carries.
struct Assessment: Sendable {
    let agent: AgentSnapshot
    let request: EgressRequest
    let destination: Destination
    let path: RequestPath
    let query: RequestQuery
    let scan: CredentialScan
    let rules: PolicyInput.Rules
    /// Of the modules that decide; rules and revision come from one moment.
    let revision: String
    /// A module may allow what no rule names.
    let modulesMayGrant: Bool

    /// What OPA is asked.
    func policyInput(id: DecisionID, time: Date) -> PolicyInput {
        PolicyInput(
            agent: .init(
                name: agent.name, namespace: agent.namespace, owner: agent.owner, labels: agent.labels,
                template: agent.template),
            request: .init(
                id: id.rawValue, time: RequestTime.text(of: time),
                scheme: destination.scheme.rawValue, method: request.method, host: destination.host.value,
                port: destination.port, path: path.matching, queryKeys: query.keys, headers: scan.maskedHeaders,
                protocol: request.protocolVersion, sni: request.sni, connectAuthority: request.caller.connectAuthority,
                bodyBytes: request.bodyBytes, upgrade: request.upgrade),
            credentials: .init(placeholders: scan.placeholders, foreign: scan.foreign),
            rules: rules, policyRevision: revision)
    }
}
