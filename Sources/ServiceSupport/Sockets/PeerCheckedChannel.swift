import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A Hummingbird child channel that first asks who is calling.
struct PeerCheckedChannel<Child: ServerChildChannel>: ServerChildChannel {
    let child: Child
    let check: PeerCheck

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Child.Value> {
        check.admit(channel).flatMap { child.setup(channel: channel, logger: logger) }
    }

    func handle(value: Child.Value, logger: Logger) async {
        await child.handle(value: value, logger: logger)
    }
}
