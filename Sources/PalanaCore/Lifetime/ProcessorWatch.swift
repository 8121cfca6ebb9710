/// Says whether an agent computes, from how much time of processors it has used in all.
public struct ProcessorWatch: Sendable, Hashable {
    private struct Sample: Hashable {
        var used: Duration
        var moment: ContinuousClock.Instant
    }

    private var start: Sample?

    public init() {}

    /// - Parameter used: of all its processes since they began; nil when it isn't known.
    /// - Returns: whether it used more than the floor over a whole window that ends now.
    public mutating func isBusy(
        _ used: Duration?, _ limits: IdleLimits, at now: ContinuousClock.Instant
    ) -> Bool {
        guard let used else {
            start = nil
            return false
        }
        // Less than before: it was started anew.
        guard let start, used >= start.used else {
            self.start = Sample(used: used, moment: now)
            return false
        }
        let time = start.moment.duration(to: now)
        guard time >= limits.processorWindow else { return false }
        self.start = Sample(used: used, moment: now)
        return (used - start.used) * 1_000 >= time * limits.processorFloor
    }
}
