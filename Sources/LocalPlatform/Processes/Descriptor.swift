import Glibc

/// A file descriptor that closes when the last reference goes. Always close-on-exec.
public final class Descriptor: Sendable {
    public let number: Int32

    /// - Parameter number: an open descriptor that this value owns from now on.
    public init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// A connected pair of stream sockets.
    public static func pair() throws(ChildProcessError) -> (Descriptor, Descriptor) {
        var ends: (Int32, Int32) = (-1, -1)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let result = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { socketpair(AF_UNIX, kind, 0, $0) }
        }
        guard result == 0 else { throw ChildProcessError("Can't make a socket pair", code: errno) }
        return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
    }

    /// A pipe.
    public static func pipe() throws(ChildProcessError) -> (read: Descriptor, write: Descriptor) {
        var ends: (Int32, Int32) = (-1, -1)
        let result = withUnsafeMutablePointer(to: &ends) {
            $0.withMemoryRebound(to: Int32.self, capacity: 2) { Glibc.pipe($0) }
        }
        guard result == 0 else { throw ChildProcessError("Can't make a pipe", code: errno) }
        // `pipe2` isn't imported; a child started in between loses them to its guard, which closes all it wasn't given.
        _ = fcntl(ends.0, F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends.1, F_SETFD, FD_CLOEXEC)
        return (Descriptor(owning: ends.0), Descriptor(owning: ends.1))
    }

    /// Opens a file.
    public static func open(
        _ path: String, flags: Int32, mode: UInt32 = 0o600
    ) throws(ChildProcessError) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw ChildProcessError("Can't open \(path)", code: errno) }
        return Descriptor(owning: number)
    }
}
