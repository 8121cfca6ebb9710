import NIOCore

/// Bytes to frames and back on an attach connection's channel.
final class AttachFrameDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = AttachFrame

    func decode(buffer: inout ByteBuffer) throws -> AttachFrame? {
        try AttachFrame.read(from: &buffer)
    }

    func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> AttachFrame? {
        try AttachFrame.read(from: &buffer)
    }
}

final class AttachFrameEncoder: MessageToByteEncoder {
    typealias OutboundIn = AttachFrame

    func encode(data: AttachFrame, out: inout ByteBuffer) throws {
        try data.write(to: &out)
    }
}

/// An attach connection as both sides hold it.
typealias AttachChannel = NIOAsyncChannel<AttachFrame, AttachFrame>

extension Channel {
    /// Puts the codec into the pipeline. Reads are bounded by the async channel's back-pressure.
    func configureForAttach() -> EventLoopFuture<AttachChannel> {
        eventLoop.makeCompletedFuture {
            try pipeline.syncOperations.addHandler(ByteToMessageHandler(AttachFrameDecoder()))
            try pipeline.syncOperations.addHandler(MessageToByteHandler(AttachFrameEncoder()))
            return try AttachChannel(
                wrappingChannelSynchronously: self, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }
}
