import NIOCore

/// Asks a proxy for a tunnel (RFC 9110, section 9.3.6) and leaves the pipeline when it stands.
final class TunnelHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let authority: String
    private let proceed: (ChannelHandlerContext) throws -> Void
    private let failed: (any Error) -> Void
    private var received = ByteBuffer()

    /// - Parameters:
    ///   - proceed: adds what speaks inside of the tunnel.
    ///   - failed: called once when there will be no tunnel.
    init(
        authority: String, proceed: @escaping (ChannelHandlerContext) throws -> Void,
        failed: @escaping (any Error) -> Void
    ) {
        self.authority = authority
        self.proceed = proceed
        self.failed = failed
    }

    func channelActive(context: ChannelHandlerContext) {
        let text = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        received.writeBuffer(&bytes)
        let answer = String(buffer: received)
        guard answer.hasSuffix("\r\n\r\n") else { return }
        guard answer.hasPrefix("HTTP/1.1 200 ") else {
            return fail(LoadFailure("CONNECT \(authority): \(answer.prefix { $0 != "\r\n" })"), context)
        }
        do {
            try proceed(context)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            fail(error, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        failed(LoadFailure("CONNECT \(authority): closed before the tunnel stood"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(error, context) }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        failed(error)
        context.close(promise: nil)
    }
}
