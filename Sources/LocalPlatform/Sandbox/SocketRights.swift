import Glibc

/// Bytes with descriptors over a Unix stream socket (unix(7), SCM_RIGHTS). The macros of cmsg(3) aren't imported: on
/// Linux's 64-bit architectures a control message is a length (8 bytes), level and type (4 each), then the data.
enum SocketRights {
    private static let prefix = 16
    private static let room = 64
    private static let rightsType = Int32(SCM_RIGHTS)

    /// Sends all bytes; the descriptors go with the first. 0, or an `errno` value.
    static func send(_ bytes: [UInt8], _ descriptors: [Descriptor], to socket: Descriptor) -> Int32 {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                sendOnce(UnsafeRawBufferPointer(rebasing: raw[sent...]), sent == 0 ? descriptors : [], to: socket)
            }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno == EAGAIN ? ETIMEDOUT : errno }
            sent += count
        }
        return 0
    }

    private static func sendOnce(
        _ bytes: UnsafeRawBufferPointer, _ descriptors: [Descriptor], to socket: Descriptor
    ) -> Int {
        var part = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        return withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { control in
            withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_iov = part
                message.msg_iovlen = 1
                if !descriptors.isEmpty {
                    let size = prefix + 4 * descriptors.count
                    control.storeBytes(of: size, as: Int.self)
                    control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
                    control.storeBytes(of: rightsType, toByteOffset: 12, as: Int32.self)
                    for (index, descriptor) in descriptors.enumerated() {
                        control.storeBytes(of: descriptor.number, toByteOffset: prefix + 4 * index, as: Int32.self)
                    }
                    message.msg_control = control.baseAddress
                    message.msg_controllen = size
                }
                return sendmsg(socket.number, &message, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Appends what has arrived; the count of bytes, 0 at the end, -1 with `errno`.
    static func receive(from socket: Descriptor, into bytes: inout [UInt8], _ descriptors: inout [Descriptor]) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { data in
            withUnsafeTemporaryAllocation(byteCount: room, alignment: 8) { control in
                var part = iovec(iov_base: data.baseAddress, iov_len: data.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_CMSG_CLOEXEC)
                    let count = recvmsg(socket.number, &message, flags)
                    guard count > 0 else { return count }
                    bytes += data[..<count]
                    descriptors += rights(in: control, size: Int(message.msg_controllen))
                    return count
                }
            }
        }
    }

    private static func rights(in control: UnsafeMutableRawBufferPointer, size: Int) -> [Descriptor] {
        guard size > prefix, control.load(fromByteOffset: 8, as: Int32.self) == SOL_SOCKET,
            control.load(fromByteOffset: 12, as: Int32.self) == rightsType
        else { return [] }
        let length = min(control.load(as: Int.self), size)
        return stride(from: prefix, to: length, by: 4).map {
            Descriptor(owning: control.load(fromByteOffset: $0, as: Int32.self))
        }
    }
}
