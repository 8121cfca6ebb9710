import SystemPackage

/// What the file system says of a path (stat(2)); the few fields that are asked for here.
struct FileStatus {
    let device: UInt64
    let identity: FileIdentity
    let isFile: Bool
    let isFolder: Bool
    /// How many names (hard links) it has; 0 = it is only open.
    let names: UInt64
    let owner: UInt32
    /// Bytes.
    let size: UInt64
    /// Bytes that it takes on the disk.
    let allocated: UInt64

    /// Nil when there is nothing, or it can't be looked at.
    /// - Parameter followsLink: whether a symbolic link stands for what it points to.
    init?(_ path: String, followsLink: Bool = true) {
        guard let status = try? FilePath(path).stat(followTargetSymlink: followsLink) else { return nil }
        device = UInt64(status.deviceID.rawValue)
        identity = FileIdentity(device: device, inode: UInt64(status.inode.rawValue))
        isFile = status.type == .regular
        isFolder = status.type == .directory
        names = UInt64(status.linkCount)
        owner = status.userID.rawValue
        size = UInt64(max(status.size, 0))
        allocated = UInt64(max(status.sizeAllocated, 0))
    }
}
