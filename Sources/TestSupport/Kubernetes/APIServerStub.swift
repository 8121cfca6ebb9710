public import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTP server that stands where an API server would and answers as a test says, for what a real one can't be made
/// to do at will: errors inside a watch, cut streams, huge objects, floods of 429. Remembers what it was asked.
public final class APIServerStub: Sendable {
    public struct Request: Sendable {
        public var method: String
        /// Without the query.
        public var path: String
        public var query: [String: String]
        public var headers: [(name: String, value: String)]
        public var body: Data

        /// All values of a header.
        public func header(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }

    /// How an answer ends once its body is sent.
    public enum Ending: Sendable {
        case complete
        /// The connection breaks.
        case cut
        /// Nothing more comes; ends with the server.
        case silence
    }

    public struct Answer: Sendable {
        public var status: Int
        public var headers: [String: String]
        /// Sent one by one, as they come; asked for with each request.
        public var pieces: @Sendable () -> AsyncStream<String>
        public var ending: Ending

        /// - Parameter pieces: chunks of the body.
        public init(_ status: Int = 200, headers: [String: String] = [:], _ pieces: [String], _ ending: Ending) {
            self.status = status
            self.headers = headers
            self.ending = ending
            self.pieces = {
                AsyncStream { continuation in
                    for piece in pieces { continuation.yield(piece) }
                    continuation.finish()
                }
            }
        }

        /// A whole answer at once.
        public init(_ status: Int = 200, _ body: String = "{}", headers: [String: String] = [:]) {
            self.init(status, headers: headers, [body], .complete)
        }

        /// `metav1.Status`.
        public static func failure(
            _ code: Int, _ reason: String, _ message: String = "no", headers: [String: String] = [:]
        ) -> Answer {
            Answer(
                code,
                #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"\#(reason)","message":"\#(message)","#
                    + #""code":\#(code)}"#, headers: headers)
        }

        /// A watch: each line ends with a line break here.
        public static func watch(_ lines: [String], then ending: Ending) -> Answer {
            Answer(200, lines.map { $0 + "\n" }, ending)
        }
    }

    private let requests = Mutex<[Request]>([])
    private let answer: @Sendable (Request) async -> Answer

    private init(answer: @escaping @Sendable (Request) async -> Answer) {
        self.answer = answer
    }

    /// All requests so far, in their order.
    public var log: [Request] { requests.withLock { $0 } }

    /// Serves on loopback while `body` runs; gives it the stub and its address.
    /// - Parameters:
    ///   - identity: what it shows over TLS; nil means clear text.
    ///   - host: the address; nil means, with TLS, 127.0.0.2, which no certificate has, so that names count.
    ///   - port: 0 for a free one.
    public static func serve(
        identity: TestAuthority.Identity? = nil, host: String? = nil, port: Int = 0,
        answer: @escaping @Sendable (Request) async -> Answer,
        _ body: @escaping @Sendable (APIServerStub, String) async throws -> Void
    ) async throws {
        let stub = APIServerStub(answer: answer)
        let tls = try identity.map { try NIOSSLContext(configuration: Self.tls($0)) }
        let host = host ?? (tls == nil ? "127.0.0.1" : "127.0.0.2")
        let (exchanges, inbox) = AsyncStream.makeStream(of: StubExchange.self)
        let connections = StubConnections()
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(channel)
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(StubRequestReader(inbox))
                }
            }
            .bind(host: host, port: port).get()
        let address = "\(tls == nil ? "http" : "https")://\(host):\(server.localAddress?.port ?? 0)"
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await stub.answer(exchanges) }
                defer { group.cancelAll() }
                try await body(stub, address)
            }
        } catch {
            try? await server.close()
            connections.close()
            throw error
        }
        try await server.close()
        connections.close()
    }

    private static func tls(_ identity: TestAuthority.Identity) throws -> TLSConfiguration {
        TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.keyPEM.utf8), format: .pem)))
    }

    private func answer(_ exchanges: AsyncStream<StubExchange>) async {
        await withDiscardingTaskGroup { group in
            for await exchange in exchanges {
                group.addTask {
                    // A connection that breaks is the client's business, and what some tests are about.
                    try? await self.respond(to: exchange)
                }
            }
            group.cancelAll()
        }
    }

    private func respond(to exchange: StubExchange) async throws {
        let (head, channel) = (exchange.head, exchange.channel)
        let parts = URLComponents(string: head.uri)
        let items = (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        let request = Request(
            method: head.method.rawValue, path: parts?.path ?? head.uri,
            query: Dictionary(items) { _, last in last },
            headers: head.headers.map { ($0.name, $0.value) }, body: exchange.body)
        requests.withLock { $0.append(request) }
        let answer = await answer(request)
        var headers = HTTPHeaders(answer.headers.map { ($0.key, $0.value) })
        headers.add(name: "Content-Type", value: "application/json")
        let status = HTTPResponseStatus(statusCode: answer.status)
        func send(_ part: HTTPServerResponsePart) async throws { try await channel.writeAndFlush(part).get() }
        try await send(.head(.init(version: .http1_1, status: status, headers: headers)))
        for await piece in answer.pieces() { try await send(.body(.byteBuffer(ByteBuffer(string: piece)))) }
        switch answer.ending {
        case .complete: try await send(.end(nil))
        case .cut: try await channel.close()
        case .silence: break
        }
    }
}

/// A request with the connection that it came by.
private struct StubExchange: Sendable {
    var head: HTTPRequestHead
    var body: Data
    var channel: any Channel
}

/// Puts a connection's requests together.
private final class StubRequestReader: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private let inbox: AsyncStream<StubExchange>.Continuation
    private var head: HTTPRequestHead?
    private var body = Data()

    init(_ inbox: AsyncStream<StubExchange>.Continuation) {
        self.inbox = inbox
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let next): (head, body) = (next, Data())
        case .body(let piece): body.append(contentsOf: piece.readableBytesView)
        case .end:
            if let head { inbox.yield(StubExchange(head: head, body: body, channel: context.channel)) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// All connections of a stub, to be closed with it.
private final class StubConnections: Sendable {
    private let channels = Mutex<(all: [any Channel], isClosed: Bool)>(([], false))

    func add(_ channel: any Channel) {
        let isLate = channels.withLock { channels in
            channels.all.append(channel)
            return channels.isClosed
        }
        if isLate { channel.close(promise: nil) }
    }

    func close() {
        let all = channels.withLock { channels in
            channels.isClosed = true
            return channels.all
        }
        for channel in all { channel.close(promise: nil) }
    }
}
