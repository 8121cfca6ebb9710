import NIOCore
import NIOPosix

/// Joins a person's terminal and a process in a sandbox, wherever that runs.
public protocol TerminalAttachment: Sendable {
    /// Whether such a process can have a terminal.
    func takesTerminal(_ verb: AttachRequest.Verb, command: [String]) -> Bool

    /// Attaches, relays until the process ends and returns its exit code.
    /// - Throws: `APIError` when the platform refuses or goes away.
    func attach(
        _ request: AttachRequest, source: AttachClient.Source, handlers: AttachClient.Handlers
    ) async throws -> Int32
}

/// The terminal's side of an attach connection.
public struct AttachClient: TerminalAttachment {
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

    /// What the terminal sends.
    public struct Source: Sendable {
        /// Resizes and signals. May end before the process does.
        public var events: AsyncStream<AttachFrame>
        /// Bytes of the input, empty at its end; the next piece is asked for by `more` when the last one was taken.
        public var input: AsyncStream<[UInt8]>
        public var more: @Sendable () -> Void

        public init(
            events: AsyncStream<AttachFrame>, input: AsyncStream<[UInt8]>, more: @escaping @Sendable () -> Void
        ) {
            self.events = events
            self.input = input
            self.more = more
        }
    }

    private let socketPath: String

    /// - Parameter socketPath: the platform's attach socket.
    public init(socketPath: String) {
        self.socketPath = socketPath
    }

    public func takesTerminal(_ verb: AttachRequest.Verb, command: [String]) -> Bool { true }

    public func attach(
        _ request: AttachRequest, source: Source, handlers: Handlers
    ) async throws -> Int32 {
        let channel = try await connect()
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(.request(request))
            // At most one piece of input is on its way, so at most one answer is.
            let (taken, take) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            return try await withThrowingTaskGroup(of: Int32?.self) { group in
                group.addTask {
                    for await event in source.events { try await outbound.write(event) }
                    return nil
                }
                group.addTask {
                    try await Self.send(source, outbound, taken)
                    return nil
                }
                group.addTask { try await Self.receive(inbound, handlers) { take.yield() } }
                for try await status in group {
                    guard let status else { continue }
                    group.cancelAll()
                    return status
                }
                throw APIError(.unavailable, "the platform closed the connection")
            }
        }
    }

    private static func send(
        _ source: Source, _ outbound: NIOAsyncChannelOutboundWriter<AttachFrame>, _ taken: AsyncStream<Void>
    ) async throws {
        var taken = taken.makeAsyncIterator()
        source.more()
        for await bytes in source.input {
            try await outbound.write(.input(bytes))
            guard !bytes.isEmpty, await taken.next() != nil else { return }
            source.more()
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
        _ inbound: NIOAsyncChannelInboundStream<AttachFrame>, _ handlers: Handlers, taken: () -> Void
    ) async throws -> Int32 {
        for try await frame in inbound {
            switch frame {
            case .output(let bytes): try handlers.output(bytes)
            case .errorOutput(let bytes): try handlers.errorOutput(bytes)
            case .taken: taken()
            case .exit(let status): return status
            case .failure(let error): throw error
            case .request, .input, .resize, .signal: continue
            }
        }
        throw APIError(.unavailable, "the platform went away while the process ran; see: palana status")
    }
}
