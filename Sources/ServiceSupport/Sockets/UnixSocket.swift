import Foundation
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Unix sockets that only our own user may reach: folder 0700, socket 0600 from its birth, stale sockets removed.
public enum UnixSocket {
    /// `sun_path` has 108 bytes with its final zero (unix(7)).
    public static let longestPath = 107

    /// Binds and listens. The caller owns the descriptor (non-blocking, close-on-exec).
    ///
    /// - Parameters:
    ///   - path: absolute path of at most 107 bytes; its folder is made (0700) when it is missing.
    ///   - backlog: connections that may wait to be accepted.
    /// - Throws: `UnixSocketError`.
    public static func listen(at path: String, backlog: Int32 = 1024) throws(UnixSocketError) -> Int32 {
        try makeReady(path)
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw failure("socket", path) }
        do throws(UnixSocketError) {
            // The file gets the mode that the unbound socket has, so there is no moment at which others may connect.
            guard fchmod(descriptor, 0o600) == 0 else { throw failure("fchmod", path) }
            guard try withAddress(path, { bind(descriptor, $0, $1) }) == 0 else { throw failure("bind", path) }
            guard chmod(path, 0o600) == 0 else { throw failure("chmod", path) }
            guard Glibc.listen(descriptor, backlog) == 0 else { throw failure("listen", path) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Everything but the bind, for servers that insist on binding a path themselves: checks the path's length, makes
    /// or checks the folder (0700, ours) and removes a stale socket.
    public static func makeReady(_ path: String) throws(UnixSocketError) {
        guard path.utf8.count <= longestPath else {
            throw .pathTooLong(path, bytes: path.utf8.count)
        }
        try makePrivateFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
        try removeStale(path)
    }

    /// Makes a folder 0700, or checks that the one that stands there is ours alone.
    public static func makePrivateFolder(_ path: String) throws(UnixSocketError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("mkdir", path) }
        guard let status = try status(path) else { throw .unsafeFolder(path, reason: "it went away") }
        guard status.type == .directory else { throw .unsafeFolder(path, reason: "it is not a folder") }
        guard status.userID.rawValue == geteuid() else {
            throw .unsafeFolder(path, reason: "it belongs to user \(status.userID.rawValue), not to us")
        }
        guard status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
            throw .unsafeFolder(path, reason: "others may enter it: chmod 700 it")
        }
    }

    /// Whether a process accepts connections at `path`, without connecting to it (proc(5), /proc/net/unix: the flag
    /// `__SO_ACCEPTCON`).
    public static func isListening(at path: String) -> Bool {
        SocketTable.unix.lines.contains { line in
            let fields = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: true)
            guard fields.count == 8, fields[7] == path else { return false }
            return (UInt32(fields[3], radix: 16) ?? 0) & 0x10000 != 0
        }
    }

    /// What stands at the path itself; nil when nothing does.
    private static func status(_ path: String) throws(UnixSocketError) -> Stat? {
        do {
            return try FilePath(path).stat(followTargetSymlink: false)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw .system(call: "lstat", path: path, errno: error.rawValue, text: "\(error)")
        }
    }

    private static func removeStale(_ path: String) throws(UnixSocketError) {
        guard let status = try status(path) else { return }
        guard status.type == .socket else { throw .occupied(path) }
        guard try !answers(path) else { throw .inUse(path) }
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("unlink", path) }
    }

    /// Whether someone serves the socket: a connect tells, whatever network namespace we are in.
    private static func answers(_ path: String) throws(UnixSocketError) -> Bool {
        let descriptor = socket(AF_UNIX, streamType, 0)
        guard descriptor >= 0 else { throw failure("socket", path) }
        defer { close(descriptor) }
        return try withAddress(path) { connect(descriptor, $0, $1) } == 0 || errno == EAGAIN
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(UnixSocketError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    private static var streamType: Int32 {
        Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    }

    private static func failure(_ call: String, _ path: String) -> UnixSocketError {
        let code = errno
        return .system(call: call, path: path, errno: code, text: String(cString: strerror(code)))
    }
}
