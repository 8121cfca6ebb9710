public import PalanaCore

/// Everything that makes one sandbox. Secret values never belong here: a sandbox only knows placeholders.
public struct SandboxConfiguration: Sendable {
    public var agent: AgentID
    public var mode: SandboxMode
    /// The user that the agent's processes run as: in root mode a host user of the reserved range (``UserRange``), in
    /// user mode only the number that they see.
    public var user: UInt32
    /// The program and its arguments, looked up in the sandbox's `PATH`.
    public var command: [String]
    /// Variables of the agent and its placeholders. They win over the platform's, but for those that name the proxy
    /// and the CA.
    public var environment: [String: String]
    /// The agent's persistent `/data`.
    public var workspace: WorkspaceConfiguration
    /// The gateway's Unix socket for this agent. Its folder is mounted whole, so that a socket made anew after the
    /// gateway's restart is found; so the folder must hold nothing else, and be 0700.
    public var gatewaySocket: String
    /// PEM file with the CAs that programs in the sandbox should trust (the platform's own).
    public var certificateBundle: String
    /// An unpacked image to use as root instead of the host's `/usr`.
    public var rootFolder: String?
    public var limits: SandboxLimits
    public var limitMethod: LimitMethod
    /// What the agent writes to its output and error output.
    public var log: CappedLog
    /// A folder of the platform's own for this agent (0700): generated files for `/etc`, the launcher's log.
    public var privateFolder: String
    public var tools: SandboxTools

    public init(
        agent: AgentID, mode: SandboxMode, user: UInt32, command: [String], environment: [String: String] = [:],
        workspace: WorkspaceConfiguration, gatewaySocket: String,
        certificateBundle: String, rootFolder: String? = nil, limits: SandboxLimits = SandboxLimits(),
        limitMethod: LimitMethod, log: CappedLog, privateFolder: String, tools: SandboxTools
    ) {
        self.agent = agent
        self.mode = mode
        self.user = user
        self.command = command
        self.environment = environment
        self.workspace = workspace
        self.gatewaySocket = gatewaySocket
        self.certificateBundle = certificateBundle
        self.rootFolder = rootFolder
        self.limits = limits
        self.limitMethod = limitMethod
        self.log = log
        self.privateFolder = privateFolder
        self.tools = tools
    }
}

extension SandboxConfiguration {
    /// The name of the agent's control group. Two platforms on one machine may each have an agent of this name, so the
    /// place of its files is part of it (FNV-1a, which is the same at each start).
    var controlGroup: String {
        let hash = privateFolder.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "\(agent.rawValue)-\(String(hash, radix: 16))"
    }
}

/// How the platform itself runs, which decides how sandboxes are made.
public enum SandboxMode: String, Sendable, CaseIterable {
    /// As root: no user namespace, each agent is a host user of its own.
    case root
    /// As an ordinary user: everything happens in user namespaces.
    case user
}

/// Absolute paths of the programs that make a sandbox.
public struct SandboxTools: Sendable {
    public var guardProgram: String
    public var initProgram: String
    public var bubblewrap: String
    /// Folders in which `mount`, `umount`, `mkfs.ext4`, `e2fsck`, `resize2fs` and `systemd-run` are looked for.
    public var folders: [String]

    public init(
        guardProgram: String, initProgram: String, bubblewrap: String,
        folders: [String] = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    ) {
        self.guardProgram = guardProgram
        self.initProgram = initProgram
        self.bubblewrap = bubblewrap
        self.folders = folders
    }
}
