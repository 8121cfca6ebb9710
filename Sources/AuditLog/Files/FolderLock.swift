import Glibc
import PalanaCore

/// At most one process writes a chain. Held for the life of the object; the system lets go of it when the process dies.
final class FolderLock: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws(AuditFailure) {
        do {
            let descriptor = Int32(try system("open", path) { Int(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)) })
            self.descriptor = descriptor
        } catch {
            throw AuditFailure(error.sentence)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw AuditFailure("Another process writes the audit log that \(path) locks; stop it first")
        }
    }

    deinit {
        close(descriptor)
    }
}
