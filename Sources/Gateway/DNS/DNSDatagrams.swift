import NIOCore
import PalanaCore

/// Questions over UDP: each datagram is answered at once or not at all.
final class DNSDatagrams: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private let desk: DNSDesk

    init(desk: DNSDesk) {
        self.desk = desk
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let message = Array(envelope.data.readableBytesView)
        guard let answer = desk.answer(to: message, from: IPAddress(of: envelope.remoteAddress)),
            // Answers that the socket doesn't take are not kept: who asked asks again.
            context.channel.isWritable
        else { return }
        let reply = AddressedEnvelope(
            remoteAddress: envelope.remoteAddress, data: context.channel.allocator.buffer(bytes: answer))
        context.writeAndFlush(wrapOutboundOut(reply), promise: nil)
    }

    /// An ICMP error of a client that went (ECONNREFUSED) is no reason to stop listening.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

extension IPAddress {
    /// nil when the peer has none.
    init?(of address: SocketAddress?) {
        guard let text = address?.ipAddress else { return nil }
        // A link-local address comes with its zone, which is ours to say and not the peer's.
        self.init(String(text.prefix { $0 != "%" }))
    }
}
