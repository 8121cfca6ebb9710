import Hummingbird
public import Logging
public import ServiceLifecycle
import ServiceSupport

/// The HTTP API on a Unix socket: 0600 in a 0700 folder, for our own user alone.
public struct APIServer: Service {
    private let socketPath: String
    private let platform: any HostedPlatform
    private let logger: Logger

    public init(socketPath: String, platform: any HostedPlatform, logger: Logger) {
        self.socketPath = socketPath
        self.platform = platform
        self.logger = logger
    }

    public func run() async throws {
        try await SocketHTTPServer(
            socketPath: socketPath, responder: PlatformRoutes(platform: platform).router().buildResponder(),
            logger: logger
        ).run()
    }
}
