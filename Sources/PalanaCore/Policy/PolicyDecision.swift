/// OPA's answer to one `PolicyInput`.
public struct PolicyDecision: Codable, Hashable, Sendable {
    public enum Action: String, Codable, Sendable, CaseIterable {
        case allow, deny, ask
    }

    public var allow: Bool
    public var action: Action
    /// Name of the rule that decided, `default` when none did.
    public var rule: String
    /// One sentence for the agent's developer.
    public var reason: String
    /// Names of the secrets that may be put in.
    public var inject: [String]
    /// Whether the answer must be redacted even if nothing is injected.
    public var redact: Bool
    /// The revision of the modules that decided; the gateway refuses any other than the one it expects.
    public var policyRevision: String
    /// The code for a refusal when it is more precise than `denied_by_policy`.
    public var code: RefusalCode?

    enum CodingKeys: String, CodingKey {
        case allow, action, rule, reason, inject, redact, code
        case policyRevision = "policy_revision"
    }

    public init(
        allow: Bool, action: Action, rule: String, reason: String, inject: [String] = [], redact: Bool = false,
        policyRevision: String, code: RefusalCode? = nil
    ) {
        self.allow = allow
        self.action = action
        self.rule = rule
        self.reason = reason
        self.inject = inject
        self.redact = redact
        self.policyRevision = policyRevision
        self.code = code
    }
}
