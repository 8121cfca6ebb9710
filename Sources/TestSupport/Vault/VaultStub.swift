public import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server that stands where a vault would and answers as a test says, for what a real one can't be made to do:
/// nonsense, silence, floods. Remembers what it was asked.
public final class VaultStub: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    public struct Request: Sendable {
        public var method: String
        /// With the leading `/v1/`.
        public var path: String
        public var namespace: String?
        public var token: String?
        public var body: Data
    }

    public struct Answer: Sendable {
        public var status: Int
        public var body: String
        /// Never answers; ends with the server.
        public var isSilent = false

        public init(_ status: Int, _ body: String = "{}") {
            self.status = status
            self.body = body
        }

        public static var silence: Answer {
            var answer = Answer(200)
            answer.isSilent = true
            return answer
        }

        /// A login's or renewal's answer.
        public static func grant(_ token: String, seconds: Int, renewable: Bool = true) -> Answer {
            Answer(
                200, #"{"auth":{"client_token":"\#(token)","lease_duration":\#(seconds),"renewable":\#(renewable)}}"#)
        }

        /// A KV read's answer.
        public static func secret(_ value: String) -> Answer {
            Answer(200, #"{"data":{"data":{"value":"\#(value)"},"metadata":{"version":1}}}"#)
        }
    }

    private let requests = Mutex<[Request]>([])
    private let answer: @Sendable (Request) async -> Answer

    private init(answer: @escaping @Sendable (Request) async -> Answer) {
        self.answer = answer
    }

    /// All requests so far, in their order.
    public var log: [Request] { requests.withLock { $0 } }

    /// How often a path was asked for.
    public func count(of path: String) -> Int { log.count { $0.path == "/v1/\(path)" } }

    /// Serves on a free loopback port while `body` runs; gives it the stub and its address.
    public static func serve(
        answer: @escaping @Sendable (Request) async -> Answer,
        _ body: @escaping @Sendable (VaultStub, String) async throws -> Void
    ) async throws {
        let stub = VaultStub(answer: answer)
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let port = server.channel.localAddress?.port ?? 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await stub.accept(from: server) }
            try await body(stub, "http://127.0.0.1:\(port)")
            group.cancelAll()
        }
    }

    private func accept(from server: NIOAsyncChannel<Connection, Never>) async throws {
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections { group.addTask { await self.talk(over: connection) } }
                } catch {
                    group.cancelAll()  // the listener broke: requests will fail, and with them the test
                }
            }
        }
    }

    /// A connection that breaks is the client's business, and what some tests are about.
    private func talk(over connection: Connection) async {
        try? await connection.executeThenClose { parts, writer in
            var head: HTTPRequestHead?
            var body = Data()
            for try await part in parts {
                switch part {
                case .head(let next): (head, body) = (next, Data())
                case .body(let piece): body.append(contentsOf: piece.readableBytesView)
                case .end:
                    guard let head else { return }
                    try await self.respond(to: head, body, writer)
                }
            }
        }
    }

    private func respond(
        to head: HTTPRequestHead, _ body: Data, _ writer: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        let request = Request(
            method: head.method.rawValue, path: head.uri, namespace: head.headers.first(name: "X-Vault-Namespace"),
            token: head.headers.first(name: "X-Vault-Token"), body: body)
        requests.withLock { $0.append(request) }
        let answer = await answer(request)
        if answer.isSilent { try await Task.sleep(for: .seconds(3600)) }
        let payload = ByteBuffer(string: answer.body)
        let headers: HTTPHeaders = [
            "Content-Length": "\(payload.readableBytes)", "Location": "/v1/elsewhere",
        ]
        let status = HTTPResponseStatus(statusCode: answer.status)
        try await writer.write(.head(.init(version: .http1_1, status: status, headers: headers)))
        try await writer.write(.body(.byteBuffer(payload)))
        try await writer.write(.end(nil))
    }
}
