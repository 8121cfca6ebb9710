import NIOCore
import PalanaCore

/// Questions over one TCP connection, each behind its length (RFC 7766, section 8), answered in their order. Whatever is
/// odd ends it.
final class DNSConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let desk: DNSDesk
    private let longest: TimeAmount
    private var held = ByteBuffer()
    private var end: Scheduled<Void>?

    init(desk: DNSDesk, longest: Duration) {
        self.desk = desk
        self.longest = TimeAmount(longest)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        end = context.eventLoop.scheduleTask(in: longest) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        held.writeBuffer(&piece)
        while let size = held.getInteger(at: held.readerIndex, as: UInt16.self).map(Int.init) {
            guard size >= DNSHead.size, size <= DNSMessage.largest else { return context.close(promise: nil) }
            guard let message = held.getBytes(at: held.readerIndex + 2, length: size) else { break }
            held.moveReaderIndex(forwardBy: 2 + size)
            // Someone who doesn't read its answers gets no more of them.
            guard let answer = desk.answer(to: message, from: IPAddress(of: context.remoteAddress)),
                context.channel.isWritable
            else { return context.close(promise: nil) }
            var reply = context.channel.allocator.buffer(capacity: 2 + answer.count)
            reply.writeInteger(UInt16(answer.count))
            reply.writeBytes(answer)
            context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
        }
        held.discardReadBytes()
    }

    /// Idle for too long.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
