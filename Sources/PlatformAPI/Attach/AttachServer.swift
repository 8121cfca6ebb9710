import Foundation
public import Logging
import NIOCore
import NIOPosix
public import PalanaCore
public import ServiceLifecycle
public import ServiceSupport

/// One attached process: its session, and what to do when the person goes away before it ends.
public struct AttachedProcess: Sendable {
    public var session: any AgentSession
    public var detach: @Sendable () async -> Void

    public init(session: any AgentSession, detach: @escaping @Sendable () async -> Void) {
        self.session = session
        self.detach = detach
    }
}

/// Relays terminals to processes in sandboxes, on a Unix socket of its own beside the HTTP API.
public struct AttachServer: Service {
    public typealias Opener = @Sendable (AttachRequest) async throws -> AttachedProcess

    private let socketPath: String
    private let peers: PeerCheck
    private let patience: TimeAmount
    private let open: Opener
    private let logger: Logger

    /// - Parameters:
    ///   - socketPath: where to listen, at most 107 bytes; the folder is made 0700 or has to be so.
    ///   - peers: who may connect. Default: our own user alone.
    ///   - patience: how long a connection may take to say what it wants.
    ///   - open: starts or joins the process; throws `APIError` to refuse.
    public init(
        socketPath: String, peers: PeerCheck = .ownUser, patience: Duration = .seconds(10), logger: Logger,
        open: @escaping Opener
    ) {
        self.socketPath = socketPath
        self.peers = peers
        self.patience = TimeAmount(patience)
        self.logger = logger
        self.open = open
    }

    public func run() async throws {
        try UnixSocket.makeReady(socketPath)
        let peers = peers
        // Nothing is read before somebody serves the connection. Until then it is a plain channel: one that comes while the
        // server ends is dropped, and NIO ends the process when an async channel is dropped that nobody has finished.
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .bind(unixDomainSocketPath: socketPath) { channel in
                peers.admit(channel).map { channel }
            }
        // The folder has kept everyone out since before the bind.
        guard chmod(socketPath, 0o600) == 0 else { throw APIError(.failed, "can't close \(socketPath) to other users") }
        try await cancelWhenGracefulShutdown {
            try await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { await serve(connection) }
                    }
                }
            }
        }
    }

    private func serve(_ channel: any Channel) async {
        let silence = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
        defer { silence.cancel() }
        do {
            let connection = try await channel.eventLoop.flatSubmit { channel.configureForAttach() }.get()
            try await connection.executeThenClose { inbound, outbound in
                try await channel.setOption(.autoRead, value: true).get()
                var iterator = inbound.makeAsyncIterator()
                guard case .request(let request) = try await iterator.next() else { return }
                silence.cancel()
                do {
                    try await AttachRelay(try await open(request), outbound, logger).run(&iterator)
                } catch let error as APIError {
                    try await outbound.write(.failure(error))
                }
            }
        } catch {
            logger.debug("attach.ended", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
    }
}
