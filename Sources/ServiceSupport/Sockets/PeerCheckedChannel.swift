public import Hummingbird
import HummingbirdCore
public import Logging
public import NIOCore

/// A Hummingbird child channel that first asks who is calling, for HTTP servers on Unix sockets:
/// `Application(router: …, server: .peerChecked(.http1()), …)`.
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
