/// How a sandbox ended.
public struct SandboxExit: Sendable, Equatable {
    /// The agent's exit status.
    public var status: ExitStatus
    /// Why the platform or the kernel ended it, when the agent didn't end by itself: one clause.
    public var reason: String?
    /// Files of Git repositories that the agent made in writable mounts and that were renamed, as git would have run
    /// commands by them (``GitSweep``): absolute paths.
    public var putAside: [String]

    public init(status: ExitStatus, reason: String? = nil, putAside: [String] = []) {
        self.status = status
        self.reason = reason
        self.putAside = putAside
    }
}
