import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
import ServiceSupport

/// The HTTPS server of `palana api`, as a `Service`.
public struct ClusterAPIServer: Service {
    private let host: String
    private let port: Int
    private let routes: SecretRoutes
    private let certificate: ServingCertificate
    private let logger: Logger
    private let started: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - port: 0 takes a free one.
    ///   - started: called with the port once it listens.
    public init(
        host: String, port: Int, callers: CallerCheck, desk: SecretDesk, certificate: ServingCertificate,
        logger: Logger,
        started: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        routes = SecretRoutes(callers: callers, desk: desk)
        self.certificate = certificate
        self.logger = logger
        self.started = started
    }

    /// Serves until shutdown.
    public func run() async throws {
        let (certificate, started) = (certificate, started)
        let server = HTTPServerBuilder { responder in
            ReloadingTLSChannel(
                child: HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(60))),
                context: { certificate.context })
        }
        try await Application(
            router: routes.router(), server: server,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil,
                availableConnectionsDelegate: .maximum(256, logger: logger)),
            onServerRunning: { channel in await started(channel.localAddress?.port ?? 0) },
            logger: logger
        ).run()
    }
}
