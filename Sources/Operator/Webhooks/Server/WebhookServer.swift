internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import ServiceLifecycle
internal import ServiceSupport

/// The HTTPS server that the API server asks, as a `Service`. Runs in every replica of the operator.
public struct WebhookServer: Service {
    public struct Configuration: Sendable, Hashable {
        public var host: String
        /// 0 takes a free one.
        public var port: Int
        /// Connections at once; the API server needs few.
        public var connections: Int

        public init(host: String = "0.0.0.0", port: Int = 9_443, connections: Int = 256) {
            self.host = host
            self.port = port
            self.connections = connections
        }
    }

    private let configuration: Configuration
    private let desk: AdmissionDesk
    private let certificates: WebhookCertificates
    private let logger: Logger
    private let started: @Sendable (Int) async -> Void

    /// - Parameter started: called with the port once it listens.
    public init(
        configuration: Configuration, desk: AdmissionDesk, certificates: WebhookCertificates, logger: Logger,
        started: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.desk = desk
        self.certificates = certificates
        self.logger = logger
        self.started = started
    }

    /// Serves until shutdown.
    public func run() async throws {
        let (certificates, started) = (certificates, started)
        let server = HTTPServerBuilder { responder in
            ReloadingTLSChannel(
                child: HTTP1Channel(
                    responder: responder, configuration: .init(idleTimeout: .seconds(120))),
                context: { certificates.context })
        }
        let application = Application(
            router: router(), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: nil,
                availableConnectionsDelegate: .maximum(configuration.connections, logger: logger)),
            onServerRunning: { channel in await started(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        for path in WebhookPath.allCases {
            router.post(RouterPath(path.rawValue)) { request, _ in
                try await answer(request, at: path)
            }
        }
        router.get("healthz") { _, _ in HTTPResponse.Status.ok }
        return router
    }

    @Sendable private func answer(_ request: Request, at path: WebhookPath) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: AdmissionDesk.bodyLimit)
        } catch {
            throw HTTPError(.contentTooLarge)
        }
        guard let answer = await desk.answer(Data(body.readableBytesView), at: path) else {
            throw HTTPError(.badRequest, message: "no AdmissionReview")
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer)))
    }
}
