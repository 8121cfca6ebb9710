import Glibc

/// Why a child, a log or a descriptor of ours could not be made.
public struct ChildProcessError: Error, CustomStringConvertible, Equatable {
    /// One sentence that names the thing.
    public let description: String

    init(_ description: String) {
        self.description = description
    }

    /// - Parameter code: an `errno` value.
    init(_ what: String, code: Int32) {
        description = "\(what): \(String(cString: strerror(code)))"
    }
}
