public import GRPCCore
public import Logging
import NIOCore
import NIOHTTP2
import NIOPosix
public import ServiceLifecycle
import Synchronization

/// A gRPC server for calls of one message each way, on one Unix socket, as a `Service`: what ext_authz needs, and nothing
/// else of gRPC (gRPC over HTTP/2, "PROTOCOL-HTTP2").
///
/// Each request of each agent is such a call, so this one is made for that path: no channel, no stream of messages and
/// no change of threads per call, which cost a general server more than the decision itself. It keeps no time limits of
/// the caller's (`grpc-timeout`): what answers has its own, and a caller that gives up resets its stream.
public final class UnaryCallServer: Service {
    /// Answers one call: the metadata and the message, serialized. A thrown `RPCError` is the call's status.
    /// `isAbandoned` says whether the caller has gone: its stream was reset or its connection closed.
    public typealias Method =
        @Sendable (_ metadata: Metadata, _ message: [UInt8], _ isAbandoned: @Sendable () -> Bool) async throws ->
        [UInt8]

    public struct Configuration: Sendable {
        /// Absolute path of at most 107 bytes. The folder is made 0700, the socket is 0600.
        public var socketPath: String
        /// Who may connect. Default: our own user alone.
        public var peers: PeerCheck
        /// Largest message that is taken, in bytes; at most 1 MiB, the window of a stream.
        public var largestMessage: Int
        /// Calls at a time on one connection.
        public var concurrentCalls: Int

        public init(
            socketPath: String, peers: PeerCheck = .ownUser, largestMessage: Int = 512 << 10,
            concurrentCalls: Int = 100_000
        ) {
            self.socketPath = socketPath
            self.peers = peers
            self.largestMessage = min(largestMessage, UnaryCallHandler.streamWindow - 5)
            self.concurrentCalls = concurrentCalls
        }
    }

    private let configuration: Configuration
    private let methods: [String: Method]
    private let descriptor: Int32
    private let logger: Logger
    private let connections = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// - Parameter methods: by path: `/package.Service/Method`.
    /// - Throws: `UnixSocketError` when the socket can't be bound safely.
    public init(configuration: Configuration, methods: [String: Method], logger: Logger) throws {
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
            let handler = UnaryCallHandler(methods: self.methods, largestMessage: self.configuration.largestMessage)
            try channel.pipeline.syncOperations.addHandlers([
                UnaryCallHandler.http2(concurrentCalls: self.configuration.concurrentCalls), handler,
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
