public import Foundation

/// What to look for in the audit log; nil asks for anything. Answers are the newest that fit, oldest first.
public struct AuditQuery: Hashable, Sendable, Codable {
    /// An agent's id or its name.
    public var agent: String?
    public var owner: String?
    /// Exact, or `*.suffix`.
    public var host: String?
    /// `allowed`, `denied`, `asked`, `succeeded`, `failed`.
    public var outcome: String?
    /// `decision`, `completion`, `connection`, `lifecycle`, `secret`, `policy`, `platform`.
    public var kind: String?
    /// A refusal's code.
    public var code: String?
    public var decisionID: String?
    /// Inclusive.
    public var since: Date?
    /// Exclusive.
    public var until: Date?
    public var limit = 100

    public init() {}
}
