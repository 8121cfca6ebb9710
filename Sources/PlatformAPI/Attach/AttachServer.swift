public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// One attached process as the runtime offers it: what it prints, and where what the person types goes.
public struct AttachedProcess: Sendable {
    /// `output` and `errorOutput` frames, then one `exit`.
    public var frames: AsyncStream<AttachFrame>
    /// Takes `input`, `resize` and `signal` frames. Waits while the process doesn't read.
    public var send: @Sendable (AttachFrame) async throws -> Void
    /// Called when the person goes away before the process ends.
    public var detach: @Sendable () async -> Void

    public init(
        frames: AsyncStream<AttachFrame>, send: @escaping @Sendable (AttachFrame) async throws -> Void,
        detach: @escaping @Sendable () async -> Void
    ) {
        self.frames = frames
        self.send = send
        self.detach = detach
    }
}

/// Relays terminals to processes in sandboxes, on a Unix socket of its own beside the HTTP API.
public struct AttachServer: Service {
    public typealias Opener = @Sendable (AttachRequest) async throws -> AttachedProcess

    private let socketPath: String
    private let open: Opener
    private let logger: Logger

    /// - Parameters:
    ///   - socketPath: where to listen; the folder is 0700 and made by the caller.
    ///   - open: starts or joins the process; throws `APIError` to refuse.
    public init(socketPath: String, logger: Logger, open: @escaping Opener) {
        self.socketPath = socketPath
        self.logger = logger
        self.open = open
    }

    public func run() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(unixDomainSocketPath: socketPath, cleanupExistingSocketFile: true) { $0.configureForAttach() }
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

    private func serve(_ connection: AttachChannel) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                guard case .request(let request) = try await iterator.next() else { return }
                do {
                    try await relay(try await open(request), &iterator, outbound)
                } catch let error as APIError {
                    try await outbound.write(.failure(error))
                }
            }
        } catch {
            logger.debug("attach.ended", metadata: ["error": "\(error)"])
        }
    }

    /// Both directions until the process ends or the person leaves.
    private func relay(
        _ process: AttachedProcess, _ iterator: inout NIOAsyncChannelInboundStream<AttachFrame>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<AttachFrame>
    ) async throws {
        async let output: Void = forward(process.frames, to: outbound)
        do {
            while let frame = try await iterator.next() {
                try await process.send(frame)
            }
        } catch {
            logger.debug("attach.input-ended", metadata: ["error": "\(error)"])
        }
        await process.detach()
        try await output
    }

    private func forward(
        _ frames: AsyncStream<AttachFrame>, to outbound: NIOAsyncChannelOutboundWriter<AttachFrame>
    ) async throws {
        for await frame in frames {
            try await outbound.write(frame)
            if case .exit = frame { return outbound.finish() }
        }
    }
}
