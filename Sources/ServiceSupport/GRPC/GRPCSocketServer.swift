public import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Logging
import NIOCore
public import ServiceLifecycle

/// A gRPC server on one Unix socket, as a `Service`. The socket listens from `init` on (connections wait until `run`),
/// so that Envoy can be started without a race.
///
/// Streams that would never end by themselves (ADS, access logs) are cancelled `shutdownGrace` after
/// shutdown began.
public struct GRPCSocketServer: Service {
    public struct Configuration: Sendable {
        /// Absolute path of at most 107 bytes. The folder is made 0700, the socket is 0600.
        public var socketPath: String
        /// Who may connect. Default: our own user alone.
        public var peers: PeerCheck
        /// Largest message that is taken, in bytes. ADS sends whole subscriptions.
        public var largestMessage: Int
        /// Calls at a time on one connection.
        public var concurrentCalls: Int
        /// How long running calls may take to end after shutdown began.
        public var shutdownGrace: Duration

        public init(
            socketPath: String, peers: PeerCheck = .ownUser, largestMessage: Int = 16 << 20,
            concurrentCalls: Int = 100_000, shutdownGrace: Duration = .seconds(1)
        ) {
            self.socketPath = socketPath
            self.peers = peers
            self.largestMessage = largestMessage
            self.concurrentCalls = concurrentCalls
            self.shutdownGrace = shutdownGrace
        }
    }

    private let configuration: Configuration
    private let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let logger: Logger

    /// - Throws: `UnixSocketError` when the socket can't be bound safely.
    public init(
        configuration: Configuration, services: [any RegistrableRPCService], logger: Logger
    ) throws {
        let descriptor = try UnixSocket.listen(at: configuration.socketPath)
        self.configuration = configuration
        self.logger = logger
        let transport = HTTP2ServerTransport.Posix(
            listeningSocketDescriptor: Int(descriptor), transportSecurity: .plaintext,
            config: Self.transport(configuration, logger: logger))
        server = GRPCServer(transport: transport, services: services)
    }

    /// Serves until shutdown; returns after the last call ended.
    public func run() async throws {
        logger.info("grpc server started", metadata: ["socket": "\(configuration.socketPath)"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            group.addTask {
                try? await gracefulShutdown()
                server.beginGracefulShutdown()
                try await Task.sleep(for: configuration.shutdownGrace)
            }
            // The first to end decides: a server that stopped early is an error to its group, a grace that ran out
            // cancels the calls that still run.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func transport(
        _ configuration: Configuration, logger: Logger
    ) -> HTTP2ServerTransport.Posix.Config {
        .defaults { config in
            // Coalescing costs a lone call a third of its latency.
            config.connection.flushCoalescing = nil
            config.http2.maxConcurrentStreams = configuration.concurrentCalls
            config.http2.targetWindowSize = 1 << 20
            config.rpc.maxRequestPayloadSize = configuration.largestMessage
            config.channelDebuggingCallbacks.onAcceptTCPConnection = { channel in
                configuration.peers.admit(channel).flatMapErrorThrowing { error in
                    logger.warning("grpc peer refused", metadata: ["reason": "\(error)"])
                    throw error
                }
            }
        }
    }
}
