import Foundation
public import Hummingbird
import HummingbirdCore
public import Logging
public import ServiceLifecycle

/// An HTTP/1.1 server on a Unix socket, as a `Service`: folder 0700, socket 0600, peers checked before anything is read.
public struct SocketHTTPServer<Responder: HTTPResponder>: Service where Responder.Context == BasicRequestContext {
    private let socketPath: String
    private let peers: PeerCheck
    private let responder: Responder
    private let logger: Logger

    /// - Parameter socketPath: absolute, at most 107 bytes.
    public init(socketPath: String, peers: PeerCheck = .ownUser, responder: Responder, logger: Logger) {
        self.socketPath = socketPath
        self.peers = peers
        self.responder = responder
        self.logger = logger
    }

    /// Serves until shutdown.
    public func run() async throws {
        try UnixSocket.makeReady(socketPath)
        let (peers, path) = (peers, socketPath)
        let application = Application(
            responder: responder,
            server: .peerCheckedHTTP1(by: peers),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path)),
            // The folder has kept everyone out since before the bind.
            onServerRunning: { _ in _ = chmod(path, 0o600) },
            logger: logger)
        try await application.run()
    }
}
