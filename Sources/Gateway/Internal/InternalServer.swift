import Foundation
import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
import PalanaCore
public import ServiceLifecycle
public import ServiceSupport

/// The HTTP server of `palana.internal`, on a Unix socket that only Envoy may reach.
public struct InternalServer: Service {
    public struct Configuration: Sendable {
        /// Absolute path of at most 107 bytes; the folder is made 0700.
        public var socketPath: String
        /// Who may connect. Default: our own user alone.
        public var peers: PeerCheck

        public init(socketPath: String, peers: PeerCheck = .ownUser) {
            self.socketPath = socketPath
            self.peers = peers
        }
    }

    private let server: SocketHTTPServer<CallbackResponder<BasicRequestContext>>

    public init(configuration: Configuration, service: InternalService, logger: Logger) {
        server = SocketHTTPServer(
            socketPath: configuration.socketPath, peers: configuration.peers,
            responder: CallbackResponder { request, _ in
                InternalServer.response(await service.answer(InternalServer.call(request)))
            },
            logger: logger)
    }

    /// Serves until shutdown.
    public func run() async throws {
        try await server.run()
    }

    private static func call(_ request: Request) -> InternalCall {
        InternalCall(
            method: request.method.rawValue, target: request.head.path ?? "/",
            headers: request.headers.map { HeaderField(name: $0.name.canonicalName, value: $0.value) })
    }

    private static func response(_ answer: InternalAnswer) -> Response {
        var headers = HTTPFields()
        for field in answer.headers {
            if let name = HTTPField.Name(field.name) { headers.append(HTTPField(name: name, value: field.value)) }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
