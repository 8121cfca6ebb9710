public import Foundation

/// Time as the client's parts see it: how long since some start, the date, and a sleep. Made from any clock, so tests
/// bring theirs.
public struct KubernetesClock: Sendable {
    /// Since this clock was made; never negative.
    public let now: @Sendable () -> Duration
    /// By the wall, for what certificates and tokens say of themselves.
    public let date: @Sendable () -> Date
    public let sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Duration, date: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.date = date
        self.sleep = sleep
    }

    public init<C: Clock>(
        _ clock: C, date: @escaping @Sendable () -> Date = { Date() }
    ) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        self.date = date
        sleep = { try await clock.sleep(for: $0) }
    }

    /// The machine's own clock, which goes on while the machine sleeps, as leases and tokens' ages do.
    public static let continuous = KubernetesClock(ContinuousClock())
}
