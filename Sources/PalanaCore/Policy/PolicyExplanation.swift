/// What would be decided about one request of one agent, why, and what would allow it.
public struct PolicyExplanation: Codable, Hashable, Sendable {
    public var agent: AgentID
    public var method: String
    public var url: String
    public var action: PolicyDecision.Action
    /// The rule that decides, `default` when none does.
    public var rule: String
    public var reason: String
    /// Why not, in the codes of refusals; nil when it would be allowed.
    public var code: RefusalCode?
    /// What would allow it, each one change that suffices; empty when it is allowed or nothing would.
    public var remedies: [String]
    public var policyRevision: String

    enum CodingKeys: String, CodingKey {
        case agent, method, url, action, rule, reason, code, remedies
        case policyRevision = "policy_revision"
    }

    public init(
        agent: AgentID, method: String, url: String, action: PolicyDecision.Action, rule: String, reason: String,
        code: RefusalCode? = nil, remedies: [String] = [], policyRevision: String
    ) {
        self.agent = agent
        self.method = method
        self.url = url
        self.action = action
        self.rule = rule
        self.reason = reason
        self.code = code
        self.remedies = remedies
        self.policyRevision = policyRevision
    }
}
