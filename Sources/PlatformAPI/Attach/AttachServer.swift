import Foundation
public import Logging
import NIOCore
import NIOPosix
public import PalanaCore
public import ServiceLifecycle

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
        async let output: Void = forward(process.session, to: outbound)
        do {
            while let frame = try await iterator.next() {
                try await pass(frame, to: process.session)
            }
        } catch {
            logger.debug("attach.input-ended", metadata: ["error": "\(error)"])
        }
        await process.detach()
        try await output
    }

    private func pass(_ frame: AttachFrame, to session: any AgentSession) async throws {
        switch frame {
        case .input(let bytes): try await bytes.isEmpty ? session.closeInput() : session.write(bytes)
        case .resize(let size): try await session.resize(size)
        case .signal(let number): try await session.signal(number)
        case .request, .output, .errorOutput, .exit, .failure: return
        }
    }

    private func forward(
        _ session: any AgentSession, to outbound: NIOAsyncChannelOutboundWriter<AttachFrame>
    ) async throws {
        let code = try await session.relay { piece in
            switch piece {
            case .standardOutput(let bytes): try await outbound.write(.output(bytes))
            case .standardError(let bytes): try await outbound.write(.errorOutput(bytes))
            }
        }
        try await outbound.write(.exit(code))
        outbound.finish()
    }
}
