public import ServiceSupport

/// What the doctor is told about the machine and the platform that is to run on it.
public struct DoctorConfiguration: Sendable {
    /// Where programs are looked for.
    public var tools: ToolLocator
    /// Where `palana-init` and `palana-guard` are looked for; empty when the caller looks for them itself.
    public var ownFolders: [String]
    /// The platform's state folder, there or not yet.
    public var stateFolder: String
    /// The address of a Vault of one's own (`VAULT_ADDR`): OpenBao isn't needed then.
    public var vaultAddress: String?
    /// `$XDG_RUNTIME_DIR`, where a user's own systemd listens.
    public var runtimeFolder: String?
    /// The effective user; 0 is root.
    public var userID: UInt32
    /// Where `/proc` and `/sys` are; elsewhere only in tests.
    public var systemRoot: String

    public init(
        tools: ToolLocator, ownFolders: [String] = [], stateFolder: String, vaultAddress: String? = nil,
        runtimeFolder: String? = nil,
        userID: UInt32,
        systemRoot: String = ""
    ) {
        self.tools = tools
        self.ownFolders = ownFolders
        self.stateFolder = stateFolder
        self.vaultAddress = vaultAddress
        self.runtimeFolder = runtimeFolder
        self.userID = userID
        self.systemRoot = systemRoot
    }

    var isRoot: Bool { userID == 0 }
}
