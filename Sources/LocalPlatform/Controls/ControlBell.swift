import PalanaCore
import Synchronization

/// Tells ``ControlLoop`` that there may be something to do, and when each kill switch was accepted.
public final class ControlBell: Sendable {
    /// Holds one ring at most: a loop that is busy looks again afterwards anyway.
    let rings: AsyncStream<Void>
    private let ringer: AsyncStream<Void>.Continuation
    private let accepted = Mutex<[String: ContinuousClock.Instant]>([:])

    public init() {
        (rings, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func ring() { ringer.yield() }

    /// From here on the time to effect counts.
    func accept(_ name: String, at moment: ContinuousClock.Instant) { accepted.withLock { $0[name] = moment } }

    /// nil for a switch of an earlier life of the platform.
    func acceptance(of name: String) -> ContinuousClock.Instant? { accepted.withLock { $0[name] } }

    /// Forgets switches that are gone.
    func keep(only names: Set<String>) { accepted.withLock { $0 = $0.filter { names.contains($0.key) } } }
}
