public import Logging
import NIOCore
import NIOHTTP2
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// A gRPC server on one Unix socket, as a `Service`, for what Envoy asks about each request of each agent: ext_authz and
/// ext_proc, and nothing else of gRPC (gRPC over HTTP/2, "PROTOCOL-HTTP2").
///
/// It is made for that path: no channel and no change of threads per call, which cost a general server more than the
/// decision itself. It keeps no time limits of the caller's (`grpc-timeout`): what answers has its own, and a caller
/// that gives up resets its stream.
public final class CallServer: Service {
    public struct Configuration: Sendable {
        /// Absolute path of at most 107 bytes. The folder is made 0700, the socket is 0600.
        public var socketPath: String
        /// Who may connect. Default: our own user alone.
        public var peers: PeerCheck
        /// Largest message that is taken, in bytes; at most 1 MiB, the window of a stream. ext_proc sends pieces of
        /// bodies, no larger than Envoy's buffers.
        public var largestMessage: Int
        /// Calls at a time on one connection.
        public var concurrentCalls: Int

        public init(
            socketPath: String, peers: PeerCheck = .ownUser, largestMessage: Int = 512 << 10,
            concurrentCalls: Int = 100_000
        ) {
            self.socketPath = socketPath
            self.peers = peers
            self.largestMessage = min(largestMessage, CallHandler.streamWindow - 5)
            self.concurrentCalls = concurrentCalls
        }
    }

    private let configuration: Configuration
    private let methods: [String: CallMethod]
    private let descriptor: Int32
    private let logger: Logger
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// - Parameter methods: by path: `/package.Service/Method`.
    /// - Throws: `UnixSocketError` when the socket can't be bound safely.
    public init(configuration: Configuration, methods: [String: CallMethod], logger: Logger) throws {
        descriptor = try UnixSocket.listen(at: configuration.socketPath)
        self.configuration = configuration
        self.methods = methods
        self.logger = logger
    }

    /// Serves until shutdown. Calls under way are cut then; who asks takes that for a refusal.
    public func run() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { self.accept($0) }
            .withBoundSocket(descriptor).get()
        logger.info("call server started", metadata: ["socket": "\(configuration.socketPath)"])
        try await withGracefulShutdownHandler {
            try await withTaskCancellationHandler {
                try await listener.closeFuture.get()
            } onCancel: {
                listener.close(promise: nil)
            }
        } onGracefulShutdown: {
            listener.close(promise: nil)
        }
        for connection in connections.withLock({ Array($0.values) }) { connection.close(promise: nil) }
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let logger = logger
        return configuration.peers.admit(channel).flatMapThrowing {
            let handler = CallHandler(methods: self.methods, largestMessage: self.configuration.largestMessage)
            try channel.pipeline.syncOperations.addHandlers([
                CallHandler.http2(concurrentCalls: self.configuration.concurrentCalls), handler,
            ])
            self.connections.withLock { $0[ObjectIdentifier(channel)] = channel }
            channel.closeFuture.whenComplete { _ in
                _ = self.connections.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
            }
        }.flatMapErrorThrowing { error in
            logger.warning("grpc peer refused", metadata: ["reason": "\(error)"])
            throw error
        }
    }
}
