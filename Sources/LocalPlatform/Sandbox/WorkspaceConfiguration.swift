/// An agent's persistent `/data`.
public struct WorkspaceConfiguration: Sendable, Equatable {
    /// A folder of the platform's own for this workspace (0700).
    public var folder: String
    /// Bytes that it may hold at most; nil = not limited.
    public var size: UInt64?

    public init(folder: String, size: UInt64? = nil) {
        self.folder = folder
        self.size = size
    }

    /// Where the agent's files are on the host while the sandbox runs.
    public var dataFolder: String { "\(folder)/data" }
    /// The image that holds them when the size is enforced by a file system of its own.
    public var image: String { "\(folder)/data.img" }
}
