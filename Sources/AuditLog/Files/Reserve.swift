import Glibc
import SystemPackage

/// Disk blocks kept back for the audit log, so that the last events of a full disk still fit: deleting the file frees
/// them at the moment they are needed.
struct Reserve: Sendable {
    let path: String
    let bytes: Int
    private(set) var isHeld = false

    init(path: String, bytes: Int) {
        self.path = path
        self.bytes = bytes
    }

    /// Takes the blocks, when they aren't held yet. Fails when the disk can't give them.
    mutating func hold() throws(FileProblem) {
        guard bytes > 0, !isHeld else { return }
        let descriptor = Int32(try system("open", path) { Int(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)) })
        defer { close(descriptor) }
        let code = posix_fallocate(descriptor, 0, bytes)
        guard code == 0 else {
            unlink(path)
            throw FileProblem("keep a reserve of \(bytes) bytes in", path, Errno(rawValue: code))
        }
        isHeld = true
    }

    /// Gives the blocks back to the disk. Whether there were any.
    mutating func release() -> Bool {
        guard isHeld else { return false }
        isHeld = false
        return unlink(path) == 0
    }
}
