/// Allows bursts, then a steady rate.
struct TokenBucket: Sendable {
    let burst: Double
    /// Tokens a second.
    let rate: Double
    private var tokens: Double
    private var filled: ContinuousClock.Instant

    init(burst: Double, rate: Double, at now: ContinuousClock.Instant) {
        self.burst = burst
        self.rate = rate
        tokens = burst
        filled = now
    }

    /// Takes one token if there is one.
    mutating func take(at now: ContinuousClock.Instant) -> Bool {
        let passed = max(
            0, Double((now - filled).components.seconds) + Double((now - filled).components.attoseconds) / 1e18)
        tokens = min(burst, tokens + passed * rate)
        filled = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    /// Whether nothing was taken lately, so that it may be forgotten.
    func isFull(at now: ContinuousClock.Instant) -> Bool {
        tokens + Double((now - filled).components.seconds) * rate >= burst
    }
}
