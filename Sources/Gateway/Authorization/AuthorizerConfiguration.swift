/// How strict the authorizer is where the design leaves a choice.
public struct AuthorizerConfiguration: Sendable {
    /// Lets requests through when the audit log can't take their record (`--audit-best-effort`).
    public var auditBestEffort: Bool
    /// The name that the gateway answers itself.
    public var internalHost: String

    public init(auditBestEffort: Bool = false, internalHost: String = "palana.internal") {
        self.auditBestEffort = auditBestEffort
        self.internalHost = internalHost
    }
}
