/// Time as the vault's parts see it: how long since some start, and a sleep. Made from any clock, so tests bring
/// theirs.
public struct VaultClock: Sendable {
    let now: @Sendable () -> Duration
    let sleep: @Sendable (Duration) async throws -> Void

    public init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        now = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(for: $0) }
    }

    /// The machine's own clock, which goes on while the machine sleeps, as tokens' ages do.
    public static let continuous = VaultClock(ContinuousClock())
}
