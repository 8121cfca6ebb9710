import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Synchronization

/// Stands where a node's kubelet would and plays the processes of its pods as a test says, for an API server that passes
/// on what people ask of pods: `exec` and `attach` by WebSocket, logs by HTTP. It starts nothing.
public final class KubeletStub: Sendable {
    /// What the API server asks: `/exec/NAMESPACE/POD/CONTAINER?command=…`.
    public struct Call: Sendable {
        public var path: String
        public var query: [(name: String, value: String)]
        /// What the client speaks, as it says it.
        public var protocols: [String]

        public func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
    }

    /// A process with somebody attached.
    public struct Process: Sendable {
        public let call: Call
        fileprivate let messages: AsyncStream<[UInt8]>
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>

        /// The next message: its channel and bytes; nil when the client is gone.
        public func receive() async -> (channel: UInt8, bytes: [UInt8])? {
            for await message in messages {
                if let channel = message.first { return (channel, Array(message.dropFirst())) }
            }
            return nil
        }

        public func send(_ channel: UInt8, _ text: String) async throws { try await send(channel, Array(text.utf8)) }

        public func send(_ channel: UInt8, _ bytes: [UInt8]) async throws {
            try await outbound.write(
                WebSocketFrame(fin: true, opcode: .binary, data: ByteBuffer(bytes: [channel] + bytes)))
        }

        /// The last message, as kubelets write it.
        public func end(_ code: Int) async throws {
            let status =
                code == 0
                ? #"{"metadata":{},"status":"Success"}"#
                : #"{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code","#
                    + #""reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"\#(code)"}]}}"#
            try await send(3, status)
        }
    }

    /// What a test plays. The connection ends when `process` returns.
    public struct Script: Sendable {
        /// The protocols that it knows, best first.
        public var protocols: [String]
        public var process: @Sendable (Process) async throws -> Void
        /// The pieces of a log; nil for none (404).
        public var log: @Sendable (Call) -> AsyncStream<String>?

        public init(
            protocols: [String] = ["v4.channel.k8s.io"],
            process: @escaping @Sendable (Process) async throws -> Void,
            log: @escaping @Sendable (Call) -> AsyncStream<String>? = { _ in nil }
        ) {
            self.protocols = protocols
            self.process = process
            self.log = log
        }
    }

    private typealias Plain = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>
    private typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    private enum Joined: Sendable {
        case process(Socket, Call)
        case plain(Plain)
    }

    private let script: Script
    private let calls = Mutex<[Call]>([])

    private init(_ script: Script) {
        self.script = script
    }

    /// All calls so far.
    public var log: [Call] { calls.withLock { $0 } }

    /// Serves on a free port of 127.0.0.1 while `body` runs; gives it the stub and the port.
    public static func serve(
        _ script: Script, identity: TestAuthority.Identity,
        _ body: @escaping @Sendable (KubeletStub, Int) async throws -> Void
    ) async throws {
        let stub = KubeletStub(script)
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
                    .map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.keyPEM.utf8), format: .pem))))
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
                        configuration: .init(upgradeConfiguration: stub.upgrade))
                }
            }
        try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            // A connection that breaks is what some tests are about.
                            group.addTask { try? await stub.serve(connection.get()) }
                        }
                    }
                }
                defer { group.cancelAll() }
                try await body(stub, server.channel.localAddress?.port ?? 0)
            }
        }
    }

    private var upgrade: NIOTypedHTTPServerUpgradeConfiguration<Joined> {
        let protocols = script.protocols
        let upgrader = NIOTypedWebSocketServerUpgrader<Joined>(
            maxFrameSize: 1 << 20,
            shouldUpgrade: { channel, head in
                let offered = Self.call(head).protocols
                let chosen = protocols.first { offered.contains($0) }
                return channel.eventLoop.makeSucceededFuture(
                    chosen.map { HTTPHeaders([("Sec-WebSocket-Protocol", $0)]) } ?? HTTPHeaders())
            },
            upgradePipelineHandler: { channel, head in
                channel.eventLoop.makeCompletedFuture {
                    .process(try Socket(wrappingChannelSynchronously: channel), Self.call(head))
                }
            })
        return NIOTypedHTTPServerUpgradeConfiguration(upgraders: [upgrader]) { channel in
            channel.eventLoop.makeCompletedFuture { .plain(try Plain(wrappingChannelSynchronously: channel)) }
        }
    }

    private static func call(_ head: HTTPRequestHead) -> Call {
        // The API server writes queries as forms are written (Go, url.Values.Encode).
        let parts = URLComponents(string: head.uri.replacingOccurrences(of: "+", with: "%20"))
        let protocols = head.headers[canonicalForm: "Sec-WebSocket-Protocol"].map(String.init)
        return Call(
            path: parts?.path ?? head.uri, query: (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") },
            protocols: protocols)
    }

    private func serve(_ joined: Joined) async throws {
        switch joined {
        case .process(let channel, let call):
            calls.withLock { $0.append(call) }
            try await channel.executeThenClose { inbound, outbound in
                // Far more than a test sends before it looks.
                let (messages, feed) = AsyncStream.makeStream(
                    of: [UInt8].self, bufferingPolicy: .bufferingOldest(10_000))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        defer { feed.finish() }
                        for try await frame in inbound {
                            if frame.opcode == .binary { feed.yield(Array(frame.unmaskedData.readableBytesView)) }
                            guard frame.opcode == .ping else { continue }
                            try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
                        }
                    }
                    defer { group.cancelAll() }
                    try await self.script.process(
                        Process(call: call, messages: messages, outbound: outbound))
                    // Normal closure (RFC 6455, 7.4.1).
                    try await outbound.write(
                        WebSocketFrame(fin: true, opcode: .connectionClose, data: ByteBuffer(integer: UInt16(1000))))
                }
            }
        case .plain(let channel):
            try await channel.executeThenClose { inbound, outbound in
                for try await part in inbound {
                    guard case .head(let head) = part else { continue }
                    try await self.answer(Self.call(head), outbound)
                }
            }
        }
    }

    private func answer(
        _ call: Call, _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        calls.withLock { $0.append(call) }
        let pieces = script.log(call)
        let head = HTTPResponseHead(
            version: .http1_1, status: pieces == nil ? .notFound : .ok, headers: ["Content-Type": "text/plain"])
        try await outbound.write(.head(head))
        if let pieces {
            for await piece in pieces { try await outbound.write(.body(.byteBuffer(ByteBuffer(string: piece)))) }
        }
        try await outbound.write(.end(nil))
    }
}
