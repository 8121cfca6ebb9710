import Hummingbird
public import HummingbirdCore
public import Logging
public import NIOCore
public import NIOSSL

/// TLS with the certificate that is in force when a connection is made, so that a new one needs no restart.
public struct ReloadingTLSChannel<Child: ServerChildChannel>: ServerChildChannel {
    private let child: Child
    private let context: @Sendable () -> NIOSSLContext?

    /// - Parameter context: nil while there is no certificate: the connection is closed.
    public init(child: Child, context: @escaping @Sendable () -> NIOSSLContext?) {
        self.child = child
        self.context = context
    }

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        channel.eventLoop.makeCompletedFuture {
            guard let context = context() else { throw ChannelError.ioOnClosedChannel }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }.flatMap { child.setup(channel: channel, logger: logger) }
    }

    public func handle(value: Child.Value, logger: Logger) async {
        await child.handle(value: value, logger: logger)
    }
}
