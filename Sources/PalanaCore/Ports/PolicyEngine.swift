/// Why no decision could be had. Always ends in `policy_unavailable`.
public struct PolicyFailure: Error, Sendable, Hashable {
    public var reason: String

    public init(_ reason: String) {
        self.reason = reason
    }
}

/// Decides one request. `PolicyInput` and `PolicyDecision` are in `Policy/`.
public protocol PolicyEngine: Sendable {
    /// Throws when OPA is away, slow, silent, speaks nonsense or answers under another revision than expected.
    func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision
}
