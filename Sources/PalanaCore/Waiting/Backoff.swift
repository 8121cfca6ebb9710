/// How long to wait after failures in a row: doubling from `shortest` to `longest`, each time somewhere in the upper
/// half of that, so that many who failed together don't come back together.
public struct Backoff: Sendable, Hashable {
    public var shortest: Duration
    public var longest: Duration
    /// Failures since the last `reset`.
    public private(set) var failures = 0

    public init(from shortest: Duration, to longest: Duration) {
        self.shortest = shortest
        self.longest = longest
    }

    /// The wait after one more failure.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let whole = min(shortest * (1 << min(failures, 30)), longest)
        failures += 1
        return whole / 2 + whole / 2 * Double.random(in: 0...1, using: &generator)
    }

    public mutating func next() -> Duration {
        var generator = SystemRandomNumberGenerator()
        return next(using: &generator)
    }

    public mutating func reset() { failures = 0 }
}
