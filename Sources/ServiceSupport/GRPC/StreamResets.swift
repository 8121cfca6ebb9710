import NIOCore

/// Takes a client's RST_STREAM frames out of the connection and closes the streams instead.
///
/// NIOHTTP2 closes a connection that carries more than 200 resets in 30 s (against CVE-2023-44487), and grpc-swift
/// can't raise that. Our one client is Envoy, our own program: it resets a call whenever an agent goes away while
/// the call runs. So one agent that opens and aborts requests would end every other agent's calls. How much work
/// aborted calls may cause is bounded where agents connect (`connection_limit`, `max_concurrent_streams`).
///
/// Stands before the HTTP/2 handler; a stream makes itself known by `adopt` while the frame that opens it is read.
final class StreamResets: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var splitter = HTTP2FrameSplitter()
    private var streams: [UInt32: any Channel] = [:]
    /// The stream whose head is being read.
    private var opening: UInt32?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        for piece in splitter.split(unwrapInboundIn(data)) {
            switch piece {
            case .bytes(let bytes): context.fireChannelRead(wrapInboundOut(bytes))
            case .opening(let bytes, let stream):
                opening = stream
                context.fireChannelRead(wrapInboundOut(bytes))
                opening = nil
            // One that isn't known is over already: nothing is left to end.
            case .reset(let stream): streams[stream]?.close(promise: nil)
            }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { streams = [:] }

    /// Fails, and so refuses the stream, when it can't be known which one it is.
    static func adopt(_ stream: any Channel) -> EventLoopFuture<Void> {
        stream.eventLoop.makeCompletedFuture {
            guard let connection = stream.parent else { throw ChannelError.inappropriateOperationForState }
            try connection.pipeline.syncOperations.handler(type: StreamResets.self).adopt(stream)
        }
    }

    private func adopt(_ stream: any Channel) throws {
        guard let id = opening else { throw ChannelError.inappropriateOperationForState }
        streams[id] = stream
        stream.closeFuture.assumeIsolated().whenComplete { _ in self.streams[id] = nil }
    }
}
