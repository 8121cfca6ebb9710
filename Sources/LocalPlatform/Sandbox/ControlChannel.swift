import Dispatch
import Glibc
import Synchronization

/// Our end of the socket pair on which `palana-init` is asked to start, signal and stop processes.
///
/// What PID 1 sends is read as a stranger's bytes: lengths are bounded, unknown kinds end the channel.
final class ControlChannel: Sendable {
    typealias Handler = @Sendable (_ id: UInt64, _ reply: ControlMessage.Reply, _ descriptor: Descriptor?) -> Void

    private struct Incoming {
        var bytes: [UInt8] = []
        var descriptors: [Descriptor] = []
    }

    private let socket: Descriptor
    private let incoming = Mutex(Incoming())
    private let handler: Handler
    private let closed: @Sendable () -> Void
    private let sending: DispatchQueue

    /// - Parameters:
    ///   - handler: called in order for each message of PID 1.
    ///   - closed: called once when PID 1's end has closed.
    init(_ socket: Descriptor, handler: @escaping Handler, closed: @escaping @Sendable () -> Void) {
        self.socket = socket
        self.handler = handler
        self.closed = closed
        sending = DispatchQueue(label: "palana.sandbox.control")
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Begins to read; the channel lives until PID 1's end closes.
    func open() {
        _ = ReadWatch(socket, on: Self.receiving) { [self] in receive() }
    }

    /// Sends a request with its descriptors. Off the caller's thread, as PID 1 may be slow to read (5 s at most).
    func send(_ request: ControlMessage.Request, id: UInt64, descriptors: [Descriptor] = []) async throws(SandboxError)
    {
        let bytes = ControlMessage.encode(request, id: id)
        let result: Int32 = await withCheckedContinuation { continuation in
            sending.async { [socket] in
                continuation.resume(returning: SocketRights.send(bytes, descriptors, to: socket))
            }
        }
        guard result == 0 else {
            throw .failed("The sandbox doesn't take requests: \(String(cString: strerror(result)))")
        }
    }

    /// False when the channel has ended.
    private func receive() -> Bool {
        var arrived: [(UInt64, ControlMessage.Reply, Descriptor?)] = []
        let goesOn = incoming.withLock { incoming in
            let count = SocketRights.receive(from: socket, into: &incoming.bytes, &incoming.descriptors)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            return count > 0 && Self.take(from: &incoming, into: &arrived)
        }
        for (id, reply, descriptor) in arrived { handler(id, reply, descriptor) }
        if !goesOn { closed() }
        return goesOn
    }

    /// Takes the whole messages off the front; false when what stands there is none.
    private static func take(
        from incoming: inout Incoming, into arrived: inout [(UInt64, ControlMessage.Reply, Descriptor?)]
    ) -> Bool {
        while incoming.bytes.count >= ControlMessage.headerSize {
            let (size, kind, descriptors, id) = incoming.bytes.withUnsafeBytes { raw in
                (
                    Int(raw.loadUnaligned(as: UInt32.self)), raw.loadUnaligned(fromByteOffset: 4, as: UInt16.self),
                    raw.loadUnaligned(fromByteOffset: 6, as: UInt16.self),
                    raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                )
            }
            guard size <= 4096, descriptors <= 1, Int(descriptors) <= incoming.descriptors.count else { return false }
            let end = ControlMessage.headerSize + size
            guard incoming.bytes.count >= end else { return true }
            let payload = incoming.bytes[ControlMessage.headerSize..<end]
            guard let reply = ControlMessage.decode(kind: kind, payload: payload) else { return false }
            arrived.append((id, reply, descriptors == 1 ? incoming.descriptors.removeFirst() : nil))
            incoming.bytes.removeFirst(end)
        }
        return true
    }

    private static let receiving = DispatchQueue(label: "palana.sandbox.replies")
}
