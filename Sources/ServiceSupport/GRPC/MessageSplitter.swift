import GRPCCore
import NIOCore

/// Cuts the bytes of a call at its messages (gRPC over HTTP/2, "Length-Prefixed-Message"): a byte that says whether it
/// is compressed, its length in four, and it.
struct MessageSplitter {
    private static let headLength = 5

    private var buffer = ByteBuffer()
    private let largest: Int

    /// - Parameter largest: bytes of a message that is still taken.
    init(largest: Int) {
        self.largest = largest
    }

    /// Whether all that came has been taken out.
    var isEmpty: Bool { buffer.readableBytes == 0 }

    mutating func append(_ bytes: inout ByteBuffer) {
        buffer.writeBuffer(&bytes)
    }

    /// The next message, nil while it isn't all there.
    mutating func next() throws(RPCError) -> [UInt8]? {
        guard let isCompressed = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self),
            let length = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt32.self)
        else { return nil }
        guard isCompressed == 0 else { throw RPCError(code: .internalError, message: "a message is compressed") }
        guard length <= largest else {
            throw RPCError(code: .resourceExhausted, message: "the message has more than \(largest) bytes")
        }
        guard
            let message = buffer.getBytes(at: buffer.readerIndex + Self.headLength, length: Int(length))
        else { return nil }
        buffer.moveReaderIndex(forwardBy: Self.headLength + Int(length))
        buffer.discardReadBytes()
        return message
    }

    static func framed(_ message: [UInt8], _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: message.count + headLength)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.writeBytes(message)
        return buffer
    }
}
