public import Foundation

/// One thing worth keeping: a decision, a completion, a lifecycle change, a secret change. Turned into an OCSF record by
/// the audit log. Never holds a secret value, a header value, a body or a query value.
public struct AuditEvent: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A request was allowed or refused.
        case decision
        /// A request or connection ended.
        case completion
        /// A connection died before HTTP was spoken.
        case connection
        /// An agent was created, started, stopped, deleted, …
        case lifecycle
        /// A secret was added, rotated, removed or read by its agent.
        case secret
        /// A policy was accepted or refused.
        case policy
        /// The platform itself: started, stopped, a part restarted, audit records lost.
        case platform
    }

    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case allowed, denied, asked, succeeded, failed
    }

    public var kind: Kind
    /// What happened in one lower-case word or two with a dash: `egress`, `connect`, `created`, `rotated`.
    public var action: String
    public var outcome: Outcome
    public var time: Date
    public var agent: AgentID?
    public var agentName: String?
    public var owner: String?
    /// The address that the connection came from, where agents come over the network.
    public var source: String?
    /// Who did it, for acts of people: the local user's name or an authenticated subject.
    public var actor: String?
    public var decisionID: DecisionID?
    public var scheme: String?
    public var method: String?
    public var host: String?
    public var port: Int?
    /// The path with placeholders and real values masked, without the query.
    public var path: String?
    public var queryKeys: [String]?
    public var headerNames: [String]?
    public var protocolVersion: String?
    public var sni: String?
    public var connectAuthority: String?
    public var upgrade: String?
    public var rule: String?
    public var reason: String?
    public var code: RefusalCode?
    public var policyRevision: String?
    /// Names of secrets and where each stood: `GITHUB_PAT@header`.
    public var secrets: [String]?
    /// `internal`, `llm`, `git`, `public`.
    public var destinationClass: String?
    public var status: Int?
    /// Bytes from the agent towards the destination.
    public var bytesSent: Int?
    /// Bytes from the destination towards the agent.
    public var bytesReceived: Int?
    /// Milliseconds.
    public var duration: Double?
    public var upstreamAddress: String?
    /// Envoy's response flags and details, joined; for faults.
    public var detail: String?
    /// What was acted on when it is no agent: `EgressPolicy/no-uploads`, `envoy`.
    public var resource: String?
    /// How many, where an event stands for several: records lost.
    public var count: Int?

    public init(kind: Kind, action: String, outcome: Outcome, time: Date = Date()) {
        self.kind = kind
        self.action = action
        self.outcome = outcome
        self.time = time
    }
}
