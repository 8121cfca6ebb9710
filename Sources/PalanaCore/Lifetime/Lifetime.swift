/// How long an agent may go on, read from its spec: by doing nothing, by its age, and when it goes on again.
public struct Lifetime: Hashable, Sendable {
    public var idle: IdleLimits?
    public var span: Lifespan?
    public var wake: CronSchedule?

    /// What can't be read was refused when the agent was stored, and counts as not there.
    /// - Parameter agent: as it runs: `Agent.effective(with:)`.
    public init(_ agent: Agent) {
        idle = agent.spec.idle.flatMap { IdleLimits($0) }
        span = Lifespan(agent)
        wake = agent.spec.wake?.schedule.flatMap { try? CronSchedule(parsing: $0) }
    }
}

/// What `spec.idle` asks for, in units.
public struct IdleLimits: Hashable, Sendable {
    public static let defaultFloor = 50

    public var after: Duration
    /// Zero: nothing is said before.
    public var warnBefore: Duration
    public var action: Shutdown
    /// Thousandths of a core.
    public var processorFloor: Int
    public var ignoredHosts: [String]

    public init(
        after: Duration, warnBefore: Duration = .zero, action: Shutdown = .suspend,
        processorFloor: Int = IdleLimits.defaultFloor, ignoredHosts: [String] = []
    ) {
        self.after = after
        self.warnBefore = warnBefore
        self.action = action
        self.processorFloor = processorFloor
        self.ignoredHosts = ignoredHosts
    }

    /// nil when it doesn't say after which time.
    public init?(_ idle: Idle) {
        guard let after = idle.after.flatMap(Quantities.duration) else { return nil }
        self.init(
            after: after, warnBefore: min(idle.warnBefore.flatMap(Quantities.duration) ?? .zero, after),
            action: idle.action ?? .suspend,
            processorFloor: idle.cpuFloor.flatMap(Quantities.millicores) ?? Self.defaultFloor,
            ignoredHosts: idle.ignoreHosts ?? [])
    }

    /// Over which time the use of processors is looked at: long enough that one short burst isn't work.
    public var processorWindow: Duration { min(max(after / 10, .seconds(1)), .seconds(60)) }
}
