/// One refusal as the agent's developer reads it: what was refused, by which rule, and what would change it.
public struct Refusal: Error, Sendable, Hashable, Codable {
    public var code: RefusalCode
    /// One sentence that names the thing.
    public var message: String
    public var agent: AgentID?
    public var host: String?
    public var method: String?
    public var path: String?
    /// The rule that decided, as in the policy's answer.
    public var rule: String?
    public var decisionID: DecisionID?
    /// What to change, as an instruction.
    public var hint: String?
    /// The secret whose placeholder was tried, for the record alone.
    public var touched: TouchedSecret?

    public init(
        _ code: RefusalCode, _ message: String, agent: AgentID? = nil, host: String? = nil, method: String? = nil,
        path: String? = nil, rule: String? = nil, decisionID: DecisionID? = nil, hint: String? = nil
    ) {
        self.code = code
        self.message = message
        self.agent = agent
        self.host = host
        self.method = method
        self.path = path
        self.rule = rule
        self.decisionID = decisionID
        self.hint = hint
    }

    /// A placeholder where it mustn't stand.
    public static func misplaced(
        _ secret: String, _ problem: String, rule: String? = nil, hint: String
    ) -> Refusal {
        var refusal = Refusal(
            .placeholderNotAllowedHere, "the placeholder of \(secret) \(problem)", rule: rule, hint: hint)
        refusal.touched = TouchedSecret(name: secret)
        return refusal
    }

    /// Every field is there, null where there is nothing to name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(code, forKey: .code)
        try container.encode(message, forKey: .message)
        try container.encode(agent, forKey: .agent)
        try container.encode(host, forKey: .host)
        try container.encode(method, forKey: .method)
        try container.encode(path, forKey: .path)
        try container.encode(rule, forKey: .rule)
        try container.encode(decisionID, forKey: .decisionID)
        try container.encode(hint, forKey: .hint)
    }

    enum CodingKeys: String, CodingKey {
        case code, message, agent, host, method, path, rule, hint
        case decisionID = "decision_id"
    }
}

/// The JSON body of a refusal: `{"error": {…}}`.
public struct RefusalBody: Sendable, Codable {
    public var error: Refusal

    public init(error: Refusal) {
        self.error = error
    }
}
