/// Decides when one agent has done nothing for too long. It counts by a clock that nobody can set; the wall clock only
/// tells what was before this life of the platform.
///
/// ```
/// last activity ──after − warnBefore──▶ warn ──warnBefore──▶ act
///                                        └── activity ──▶ recover
/// ```
public struct IdleClock: Sendable, Hashable {
    public typealias Instant = ContinuousClock.Instant

    public enum Verdict: Hashable, Sendable {
        case rest
        /// To be told that it ends unless it does something.
        case warn
        /// It was warned and has done something since.
        case recover
        /// ``IdleLimits/action``.
        case act
    }

    /// What is to be done now, and when to look again if nothing happens; nil when something is to be done.
    public struct Look: Hashable, Sendable {
        public var verdict: Verdict
        public var next: Instant?
    }

    /// `status.lastActivity` is written at most once in this time.
    public static let writeInterval = Duration.seconds(60)
    /// How much later than it was written the last activity may have been: nothing of it was written any more when the
    /// platform ended.
    static let unwritten = writeInterval + .seconds(5)
    /// How long an agent that nobody warns is left alone after the platform has started.
    static let mercy = Duration.seconds(60)

    public private(set) var lastActivity: Instant
    /// Whether anything was seen in this life of the platform.
    public private(set) var hasNews: Bool
    private var warned: Instant?
    private var restored: Instant?

    /// Of an agent that is new.
    public init(at now: Instant) {
        (lastActivity, hasNews) = (now, true)
    }

    /// Of an agent that was there before this life of the platform.
    ///
    /// - Parameters:
    ///   - activity: as its status says. One in the future, after a clock was set back, counts as now.
    ///   - warned: when it was warned, unless it has done something since.
    ///   - wall: the time of day at `now`.
    public init(lastActivity activity: Timestamp, warned: Timestamp?, wall: Timestamp, at now: Instant) {
        let quiet = activity.duration(to: wall) - Self.unwritten
        lastActivity = now - max(quiet, .zero)
        self.warned = warned.map { now - max($0.duration(to: wall), .zero) }
        if let warning = self.warned { lastActivity = min(lastActivity, warning) }
        (hasNews, restored) = (false, now)
    }

    /// It did something then.
    public mutating func note(_ moment: Instant) {
        guard moment > lastActivity else { return }
        (lastActivity, hasNews) = (moment, true)
    }

    /// The warning has been given.
    public mutating func warn(at now: Instant) { warned = now }

    /// The warning has been taken back.
    public mutating func recover() { warned = nil }

    public func look(_ limits: IdleLimits, at now: Instant) -> Look {
        if let warned, lastActivity > warned { return Look(verdict: .recover) }
        let due = lastActivity + limits.after
        guard limits.warnBefore > .zero else {
            let free = restored.map { $0 + min(limits.after, Self.mercy) } ?? due
            return Self.look(.act, from: max(due, free), at: now)
        }
        guard let warned else { return Self.look(.warn, from: due - limits.warnBefore, at: now) }
        return Self.look(.act, from: max(due, warned + limits.warnBefore), at: now)
    }

    /// When it acts if nothing happens, given that it warns now.
    public func end(_ limits: IdleLimits, warnedAt now: Instant) -> Instant {
        max(lastActivity + limits.after, now + limits.warnBefore)
    }

    private static func look(_ verdict: Verdict, from moment: Instant, at now: Instant) -> Look {
        now >= moment ? Look(verdict: verdict) : Look(verdict: .rest, next: moment)
    }
}
