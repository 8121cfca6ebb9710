import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Opens connections: to a server itself, or through a peer's tunnel to it; TLS and HTTP/1.1 inside.
struct Dialer: Sendable {
    let loop: any EventLoop

    /// - Returns: what the connection's requests came to, once it is over.
    func run(
        _ target: Target, span: RequestLoop.Span, keepsBody: Bool = false
    ) throws -> EventLoopFuture<RequestLoop.Outcome> {
        let done = loop.makePromise(of: RequestLoop.Outcome.self)
        let address = try target.socketAddress()
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1, whenOver: address)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    guard target.peer.tunnel else {
                        return try pipeline.speak(to: target, span: span, keepsBody: keepsBody, done: done)
                    }
                    let tunnel = TunnelHandler(
                        authority: "\(target.host):\(target.port)",
                        proceed: { context in
                            try context.pipeline.syncOperations.speak(
                                to: target, span: span, keepsBody: keepsBody, done: done)
                        },
                        failed: { done.fail($0) })
                    try pipeline.addHandler(tunnel)
                }
            }
            .connect(to: address)
            .whenFailure { done.fail($0) }
        return done.futureResult
    }
}

extension ClientBootstrap {
    /// Sets an option that Unix sockets don't have.
    fileprivate func channelOption<Option: ChannelOption>(
        _ option: Option, value: Option.Value, whenOver address: SocketAddress
    ) -> ClientBootstrap {
        if case .unixDomainSocket = address { self } else { channelOption(option, value: value) }
    }
}

extension ChannelPipeline.SynchronousOperations {
    fileprivate func speak(
        to target: Target, span: RequestLoop.Span, keepsBody: Bool, done: EventLoopPromise<RequestLoop.Outcome>
    ) throws {
        try addHandler(NIOSSLClientHandler(context: target.tls, serverHostname: target.host))
        try addHTTPClientHandlers()
        try addHandler(RequestLoop(head: target.head, span: span, keepsBody: keepsBody, done: done))
    }
}
