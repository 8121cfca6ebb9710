#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Ports of loopback that nobody has at the moment.
public enum FreePort {
    public struct NoneLeft: Error, Sendable {}

    /// A port that is free for TCP and UDP alike.
    public static func take() throws -> UInt16 {
        for _ in 0..<50 {
            let streams = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            let datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            defer {
                close(streams)
                close(datagrams)
            }
            guard let port = bind(streams, to: 0), bind(datagrams, to: port) != nil else { continue }
            return port
        }
        throw NoneLeft()
    }

    /// - Returns: the port that it is bound to; nil when that one is taken.
    private static func bind(_ descriptor: Int32, to port: UInt16) -> UInt16? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                guard Glibc.bind(descriptor, generic, size) == 0, getsockname(descriptor, generic, &size) == 0 else {
                    return nil
                }
                return pointer.pointee.sin_port.bigEndian
            }
        }
    }
}
