/// How strict the authorizer is where the design leaves a choice.
public struct AuthorizerConfiguration: Sendable {
    /// Lets requests through when the audit log can't take their record (`--audit-best-effort`).
    public var auditBestEffort: Bool

    public init(auditBestEffort: Bool = false) {
        self.auditBestEffort = auditBestEffort
    }
}
