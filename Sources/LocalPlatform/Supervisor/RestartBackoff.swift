/// How long to wait before a program that ended is started again: 100 ms, doubling to 10 s, back to the start once it
/// ran for a minute.
public struct RestartBackoff: Sendable, Hashable {
    public static let shortest = Duration.milliseconds(100)
    public static let longest = Duration.seconds(10)
    public static let stableAfter = Duration.seconds(60)

    private var next = RestartBackoff.shortest

    public init() {}

    /// The wait before the next start.
    /// - Parameter ran: how long the program ran before it ended.
    public mutating func delay(afterRunning ran: Duration) -> Duration {
        if ran >= Self.stableAfter { next = Self.shortest }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}
