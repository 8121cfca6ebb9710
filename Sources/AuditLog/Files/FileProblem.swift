import Glibc
import SystemPackage

/// What the system said about one file. Ends in an `AuditFailure` that names the file and what to do.
struct FileProblem: Error, Hashable {
    var doing: String
    var path: String
    var errno: Errno

    init(_ doing: String, _ path: String, _ errno: Errno) {
        self.doing = doing
        self.path = path
        self.errno = errno
    }

    /// Out of space, out of quota, or the process's limit for files.
    var isFull: Bool {
        errno == .noSpace || errno.rawValue == EDQUOT || errno == .fileTooLarge
    }

    var sentence: String {
        isFull
            ? "Can't \(doing) \(path): \(errno); free some space on its disk"
            : "Can't \(doing) \(path): \(errno)"
    }
}

/// Runs a system call that answers -1 with `errno`, again when it was interrupted.
@discardableResult
func system(_ doing: String, _ path: String, _ call: () -> Int) throws(FileProblem) -> Int {
    while true {
        let result = call()
        if result >= 0 { return result }
        let problem = Errno(rawValue: errno)
        if problem != .interrupted { throw FileProblem(doing, path, problem) }
    }
}

func fileSize(_ path: String) throws(FileProblem) -> Int {
    do {
        return Int(try FilePath(path).stat().size)
    } catch {
        throw FileProblem("look at", path, error)
    }
}
