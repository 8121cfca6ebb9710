/// Decides when a suspended agent goes on by its schedule. A schedule means the time of day, so this goes by the wall
/// clock. A moment that passed while the platform was down is made up for, once.
public struct WakeClock: Sendable, Hashable {
    public let schedule: CronSchedule
    private var due: Timestamp?
    private var seen: Timestamp

    /// - Parameter since: when the agent was suspended.
    public init(_ schedule: CronSchedule, since: Timestamp, wall: Timestamp) {
        self.schedule = schedule
        seen = wall
        due = schedule.next(after: min(since, wall))
    }

    public mutating func isDue(at wall: Timestamp) -> Bool {
        // Set back: what it comes to again counts again.
        if wall < seen, let earlier = schedule.next(after: wall) { due = due.map { min($0, earlier) } ?? earlier }
        seen = wall
        return due.map { $0 <= wall } ?? false
    }

    /// What has passed is over.
    public mutating func skip(to wall: Timestamp) {
        if isDue(at: wall) { due = schedule.next(after: wall) }
    }
}
