#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One life of the OPA process, told by a connection on which nothing is ever said: the kernel closes it when the process
/// ends, however it ends, and `isOver` sees that at once, before any event loop does.
final class OPALife: Sendable {
    private let descriptor: Int32

    /// Joins the process that listens now; nil when none does, or when it takes no connection at once.
    init?(socketPath: String) {
        guard var address = Self.address(socketPath) else { return nil }
        let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let opened = socket(AF_UNIX, Int32(kind), 0)
        guard opened >= 0 else { return nil }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(opened, $0, size) == 0 }
        }
        guard isConnected else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Whether the process has ended or closed the connection, now. About half a microsecond (recv(2)).
    var isOver: Bool {
        var byte: UInt8 = 0
        // Anything but "nothing to read yet" is an end: EOF, an error, and bytes, which OPA has no reason to send.
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) >= 0
            || (errno != EAGAIN && errno != EINTR)
    }

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
