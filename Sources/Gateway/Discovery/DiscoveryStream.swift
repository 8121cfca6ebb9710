import EnvoyAPI
import Synchronization

/// One ADS stream: its session, and the bell that tells its writer that there may be something to send.
///
/// Only the writer sends, so that responses leave in the order in which they were decided; a removal can't be overtaken
/// by the listener it removes.
final class DiscoveryStream: Sendable {
    private let session = Mutex(DiscoverySession())
    /// Holds one ring at most: a writer that is busy looks again afterwards anyway.
    let bell: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation

    init() {
        (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { ringer.yield() }

    func finish() { ringer.finish() }

    func withSession<Result: Sendable>(_ body: (inout DiscoverySession) throws -> sending Result) rethrows -> Result {
        try session.withLock { try body(&$0) }
    }
}
