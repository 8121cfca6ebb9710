// Glibc alone: beside Foundation the compiler counts `struct stat` to one module today and to another tomorrow.
import Glibc

/// What the file system says of a path (stat(2)); the few fields that are asked for here.
struct FileStatus {
    let device: UInt64
    let owner: UInt32
    /// Bytes.
    let size: UInt64
    /// Bytes that it takes on the disk.
    let allocated: UInt64

    /// Nil when there is nothing, or it can't be looked at (`errno` says why).
    /// - Parameter followsLink: whether a symbolic link stands for what it points to.
    init?(_ path: String, followsLink: Bool = true) {
        var information = stat()
        guard (followsLink ? stat(path, &information) : lstat(path, &information)) == 0 else { return nil }
        device = UInt64(information.st_dev)
        owner = information.st_uid
        size = UInt64(max(information.st_size, 0))
        allocated = UInt64(max(information.st_blocks, 0)) * 512
    }
}
