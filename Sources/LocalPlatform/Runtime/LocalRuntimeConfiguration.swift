public import PalanaCore

/// What the runtime of one machine needs to make sandboxes.
public struct LocalRuntimeConfiguration: Sendable {
    public var mode: SandboxMode
    public var tools: SandboxTools
    public var limitMethod: LimitMethod
    /// PEM file with what sandboxes trust: the platform's own CA only, since every connection ends at the gateway.
    public var certificateBundle: String
    /// Where each agent's `/data` is.
    public var dataFolder: String
    /// Logs and generated files, a folder per agent.
    public var filesFolder: String
    public var mounts: MountCheck
    /// The agent's own egress socket on the host.
    public var egressSocket: @Sendable (AgentID) -> String

    public init(
        mode: SandboxMode, tools: SandboxTools, limitMethod: LimitMethod, certificateBundle: String, dataFolder: String,
        filesFolder: String, mounts: MountCheck, egressSocket: @escaping @Sendable (AgentID) -> String
    ) {
        self.mode = mode
        self.tools = tools
        self.limitMethod = limitMethod
        self.certificateBundle = certificateBundle
        self.dataFolder = dataFolder
        self.filesFolder = filesFolder
        self.mounts = mounts
        self.egressSocket = egressSocket
    }
}

/// The end of an agent's sandbox, for its status and the audit log.
public struct AgentEnd: Sendable, Equatable {
    public var agent: AgentID
    public var name: String
    public var exit: SandboxExit
    /// Whether the platform was asked to stop it.
    public var wasStopped: Bool
    /// Whether a kill switch ended it.
    public var wasKilled = false
    /// Whether it ended because the platform itself does: it is to run again with the next start.
    public var isShutdown: Bool
}
