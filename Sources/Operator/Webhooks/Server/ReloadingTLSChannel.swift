internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOSSL

/// TLS with the certificate that is in force when a connection is made, so that a new one needs no restart.
struct ReloadingTLSChannel<Child: ServerChildChannel>: ServerChildChannel {
    let child: Child
    /// Nil while there is no certificate: the connection is closed.
    let context: @Sendable () -> NIOSSLContext?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        channel.eventLoop.makeCompletedFuture {
            guard let context = context() else { throw ChannelError.ioOnClosedChannel }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }.flatMap { child.setup(channel: channel, logger: logger) }
    }

    func handle(value: Child.Value, logger: Logger) async {
        await child.handle(value: value, logger: logger)
    }
}
