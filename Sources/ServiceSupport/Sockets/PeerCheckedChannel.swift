public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore

/// A Hummingbird child channel that first asks who is calling, for HTTP servers on Unix sockets:
/// `Application(router: …, server: .peerCheckedHTTP1(), …)`.
public struct PeerCheckedChannel<Child: ServerChildChannel>: ServerChildChannel {
    let child: Child
    let check: PeerCheck

    public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        check.admit(channel).flatMap { child.setup(channel: channel, logger: logger) }
    }

    public func handle(value: Child.Value, logger: Logger) async {
        await child.handle(value: value, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// HTTP/1.1 for callers that `check` admits, by default our own user alone.
    ///
    /// Call `UnixSocket.makeReady` before the server binds and `UnixSocket.restrict` when it runs.
    public static func peerCheckedHTTP1(by check: PeerCheck = .ownUser) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            PeerCheckedChannel(child: HTTP1Channel(responder: responder), check: check)
        }
    }
}
