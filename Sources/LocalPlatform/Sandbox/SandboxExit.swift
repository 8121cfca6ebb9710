/// How a sandbox ended.
public struct SandboxExit: Sendable, Equatable {
    /// The agent's exit status.
    public var status: ExitStatus
    /// Why the platform or the kernel ended it, when the agent didn't end by itself: one clause.
    public var reason: String?

    public init(status: ExitStatus, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}
