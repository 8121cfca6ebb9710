import Glibc

/// Free TCP ports of 127.0.0.1, for programs that can't say which one they took. They lie below the range from which the
/// kernel takes the ports of outgoing connections, so that a server can be stopped and started again on its own.
public enum LoopbackPorts {
    private static let range = 12_000..<20_000

    /// - Returns: different ones, each free a moment ago.
    public static func free(_ count: Int) throws -> [Int] {
        var held: [Int: Int32] = [:]
        defer { for socket in held.values { close(socket) } }
        for _ in 0..<2_000 where held.count < count {
            let port = Int.random(in: range)
            if held[port] == nil, let socket = bound(port) { held[port] = socket }
        }
        guard held.count == count else { throw ControlPlaneFailure("no \(count) free ports in \(range) on 127.0.0.1") }
        return Array(held.keys)
    }

    private static func bound(_ port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
