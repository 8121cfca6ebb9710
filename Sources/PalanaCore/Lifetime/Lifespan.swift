/// What `spec.ttl` asks for: when an agent's life ends, and how.
public struct Lifespan: Hashable, Sendable {
    public var end: Timestamp
    /// How long before it is announced: a tenth of the whole, at most an hour.
    public var lead: Duration
    public var action: Shutdown

    /// nil for an agent without a ttl, and for one that isn't stored yet.
    public init?(_ agent: Agent) {
        guard let ttl = agent.spec.ttl.flatMap(Quantities.duration), let made = agent.metadata.creationTimestamp else {
            return nil
        }
        end = made.advanced(by: ttl)
        lead = min(ttl / 10, .seconds(3_600))
        action = agent.spec.ttlAction ?? .suspend
    }
}

/// Decides when one agent's life ends. How much is left is read off the wall clock once in each life of the platform;
/// from then on it counts by a clock that nobody can set.
public struct LifespanClock: Sendable, Hashable {
    public typealias Instant = ContinuousClock.Instant

    public enum Verdict: Hashable, Sendable {
        case rest
        /// To be told that its end is near.
        case announce
        /// Its end was announced, and is now further away.
        case recall
        /// ``Lifespan/action``.
        case end
    }

    /// Who missed the announcement still gets so much time.
    static let mercy = Duration.seconds(60)

    public let span: Lifespan
    private let end: Instant
    private var announced: Instant?

    /// - Parameters:
    ///   - announced: when its end was announced, this one or another.
    ///   - wall: the time of day at `now`.
    public init(_ span: Lifespan, announced: Timestamp?, wall: Timestamp, at now: Instant) {
        self.span = span
        end = now + wall.duration(to: span.end)
        self.announced = announced.map { now - max($0.duration(to: wall), .zero) }
    }

    public mutating func announce(at now: Instant) { announced = now }

    public mutating func recall() { announced = nil }

    public func look(at now: Instant) -> Verdict {
        let isNear = now >= end - span.lead
        guard let announced else { return isNear ? .announce : .rest }
        guard isNear else { return .recall }
        return now >= max(end, announced + min(span.lead, Self.mercy)) ? .end : .rest
    }
}
