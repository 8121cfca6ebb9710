import Foundation
public import PalanaCore

/// One line of a table of cases (`*.cases.json`): a request, the rules it meets, and what is expected.
///
///     {"name": "no deletes", "method": "DELETE", "url": "https://api.example.com/x",
///      "allow": [{"host": "api.example.com"}], "expect": {"action": "deny", "rule": "EgressPolicy/no-deletes"}}
public struct PolicyCase: Codable, Sendable, Hashable {
    public struct Agent: Codable, Sendable, Hashable {
        public var owner: String?
        public var labels: [String: String]?
    }

    public struct Expectation: Codable, Sendable, Hashable {
        public var action: PolicyDecision.Action
        /// The deciding rule's name or how it begins.
        public var rule: String?
        public var code: RefusalCode?
    }

    public var name: String
    public var method: String?
    public var url: String
    public var headers: [String: String]?
    public var agent: Agent?
    public var `default`: AgentSnapshot.EgressDefault?
    public var allow: [EgressRule]?
    public var deny: [EgressRule]?
    public var credentials: PolicyInput.Credentials?
    public var expect: Expectation

    /// What is asked, under `revision`.
    func input(revision: String) throws(PolicyProblem) -> PolicyInput {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host,
            ["http", "https"].contains(scheme)
        else { throw PolicyProblem(message: "case '\(name)': \(url) is no http or https URL") }
        let rules = PolicyInput.Rules(
            default: self.default ?? .deny,
            allow: HostIndex(PolicyInput.NamedRule.numbered(allow ?? [], in: "allow")).matching(host.lowercased()),
            deny: HostIndex(PolicyInput.NamedRule.numbered(deny ?? [], in: "deny")).matching(host.lowercased()))
        return PolicyInput(
            agent: .init(name: "case", owner: agent?.owner ?? "owner@example.com", labels: agent?.labels ?? [:]),
            request: .init(
                id: "case", time: "2026-01-01T00:00:00.000Z", scheme: scheme, method: method ?? "GET",
                host: host.lowercased(), port: parts.port ?? (scheme == "https" ? 443 : 80),
                path: parts.path.isEmpty ? "/" : parts.path, queryKeys: (parts.queryItems ?? []).map(\.name),
                headers: headers ?? [:]),
            credentials: credentials ?? .init(), rules: rules, policyRevision: revision)
    }

    /// Nil when the decision is as expected, else what was instead.
    func mismatch(_ decision: PolicyDecision?) -> String? {
        guard let decision else { return "expected \(expect.action.rawValue), got no decision" }
        let rule = expect.rule.map(decision.rule.hasPrefix) ?? true
        let code = expect.code.map { $0 == decision.code } ?? true
        if decision.action == expect.action, rule, code { return nil }
        let wanted = [expect.action.rawValue, expect.rule, expect.code?.rawValue].compactMap(\.self).joined(
            separator: " by ")
        return "expected \(wanted), got \(decision.action.rawValue) by \(decision.rule): \(decision.reason)"
    }
}
