import PalanaCore

/// A wall clock that a test moves as it likes beside a clock that only goes on.
struct SimulatedTime {
    static let start = Timestamp("2026-03-01T00:00:00Z") ?? .now()

    private(set) var now = ContinuousClock.now
    private(set) var wall = Self.start

    mutating func pass(_ time: Duration = .seconds(1)) {
        now += time
        wall = wall.advanced(by: time)
    }

    /// Somebody sets the clock.
    mutating func jump(_ time: Duration) { wall = wall.advanced(by: time) }
}

extension Duration {
    static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
    static func hours(_ count: Int) -> Duration { .seconds(3_600 * count) }
}
