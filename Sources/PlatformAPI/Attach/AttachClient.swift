import NIOCore
import NIOPosix

/// The terminal's side of an attach connection.
public struct AttachClient: Sendable {
    /// What the caller does with what arrives.
    public struct Handlers: Sendable {
        public var output: @Sendable ([UInt8]) throws -> Void
        public var errorOutput: @Sendable ([UInt8]) throws -> Void

        public init(
            output: @escaping @Sendable ([UInt8]) throws -> Void,
            errorOutput: @escaping @Sendable ([UInt8]) throws -> Void
        ) {
            self.output = output
            self.errorOutput = errorOutput
        }
    }

    private let socketPath: String

    /// - Parameter socketPath: the platform's attach socket.
    public init(socketPath: String) {
        self.socketPath = socketPath
    }

    /// Attaches, relays until the process ends and returns its exit code.
    /// - Parameter frames: what the terminal sends: input, resizes, signals. May end before the process does.
    /// - Throws: `APIError` when the platform refuses or goes away.
    public func attach(
        _ request: AttachRequest, frames: AsyncStream<AttachFrame>, handlers: Handlers
    ) async throws -> Int32 {
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.request(request))
            return try await withThrowingTaskGroup(of: Int32?.self) { group in
                group.addTask {
                    for await frame in frames { try await outbound.write(frame) }
                    return nil
                }
                group.addTask { try await Self.receive(inbound, handlers) }
                for try await status in group {
                    guard let status else { continue }
                    group.cancelAll()
                    return status
                }
                throw APIError(.unavailable, "the platform closed the connection")
            }
        }
    }

    private func connect() async throws -> AttachChannel {
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: socketPath) { $0.configureForAttach() }
        } catch {
            throw APIError(.unavailable, "the platform is not running (\(socketPath)); start it with: palana up")
        }
    }

    private static func receive(
        _ inbound: NIOAsyncChannelInboundStream<AttachFrame>, _ handlers: Handlers
    ) async throws -> Int32 {
        for try await frame in inbound {
            switch frame {
            case .output(let bytes): try handlers.output(bytes)
            case .errorOutput(let bytes): try handlers.errorOutput(bytes)
            case .exit(let status): return status
            case .failure(let error): throw error
            case .request, .input, .resize, .signal: continue
            }
        }
        throw APIError(.unavailable, "the platform went away while the process ran; see: palana status")
    }
}
