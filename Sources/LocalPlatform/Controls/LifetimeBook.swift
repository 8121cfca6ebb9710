import PalanaCore

/// What is to be done about how long one agent goes on.
struct LifetimeTask: Sendable {
    enum Step: Sendable, Hashable {
        /// `status.lastActivity`.
        case note(Timestamp)
        /// It ends then unless it does something.
        case warn(IdleLimits, end: Timestamp)
        case recover
        case endIdle(IdleLimits)
        case announce(Lifespan)
        case recall
        case expire(Lifespan)
        case wake
    }

    var agent: Agent
    var step: Step
    var decided: ContinuousClock.Instant
}

/// What one look finds out about an agent.
struct LifetimeSight: Sendable {
    var agent: Agent
    var lifetime: Lifetime
    var isKilled = false
    /// Time of processors; nil for an agent that doesn't run.
    var used: Duration?
    var lastActivity: ContinuousClock.Instant?
}

/// How long each agent goes on: decides, does nothing.
struct LifetimeBook {
    fileprivate struct Entry {
        var uid: String?
        var idle: IdleClock?
        var processor = ProcessorWatch()
        var span: LifespanClock?
        var wake: WakeClock?
        /// What `status.lastActivity` says, and since when.
        var written: (activity: Timestamp, moment: ContinuousClock.Instant)?
        var isBusy = false
        var failures = 0
        var notBefore: ContinuousClock.Instant?
    }

    private var entries: [AgentID: Entry] = [:]

    /// What is to be done now, one thing for each agent at most; each of it must be ended by `finish` or `fail`.
    mutating func tasks(
        for sights: [LifetimeSight], wall: Timestamp, at now: ContinuousClock.Instant
    ) -> [LifetimeTask] {
        let ids = Set(sights.map(\.agent.id))
        entries = entries.filter { ids.contains($0.key) || $0.value.isBusy }
        return sights.compactMap { sight in
            let id = sight.agent.id
            var entry = entries[id].flatMap { $0.uid == sight.agent.metadata.uid || $0.isBusy ? $0 : nil } ?? Entry()
            if !entry.isBusy { entry.uid = sight.agent.metadata.uid }
            entry.see(sight, wall: wall, at: now)
            let step = entry.step(sight, wall: wall, at: now)
            if step != nil { entry.isBusy = true }
            entries[id] = entry
            return step.map { LifetimeTask(agent: sight.agent, step: $0, decided: now) }
        }
    }

    mutating func finish(_ task: LifetimeTask, at now: ContinuousClock.Instant) {
        let id = task.agent.id
        guard var entry = entries[id] else { return }
        (entry.isBusy, entry.failures, entry.notBefore) = (false, 0, nil)
        switch task.step {
        case .note(let activity): entry.written = (activity, now)
        case .warn: entry.idle?.warn(at: task.decided)
        case .recover: entry.idle?.recover()
        case .announce: entry.span?.announce(at: task.decided)
        case .recall: entry.span?.recall()
        case .wake: entry.wake = nil
        case .endIdle, .expire: break
        }
        entries[id] = entry
    }

    /// - Returns: after which time it is tried again.
    mutating func fail(_ task: LifetimeTask, at now: ContinuousClock.Instant) -> Duration {
        let failures = (entries[task.agent.id]?.failures ?? 0) + 1
        let wait = Duration.seconds(min(1 << min(failures, 6), 60))
        entries[task.agent.id]?.isBusy = false
        entries[task.agent.id]?.failures = failures
        entries[task.agent.id]?.notBefore = now + wait
        return wait
    }
}

extension LifetimeBook.Entry {
    /// Takes in what was found out.
    fileprivate mutating func see(_ sight: LifetimeSight, wall: Timestamp, at now: ContinuousClock.Instant) {
        let status = sight.agent.status
        if let limits = sight.lifetime.idle {
            if idle == nil {
                idle = Self.clock(status, wall: wall, at: now)
                written = status?.lastActivity.map { ($0, now - IdleClock.writeInterval) }
            }
            // A warning has come true then.
            if sight.agent.spec.suspended == true { idle?.recover() }
            if let last = sight.lastActivity { idle?.note(last) }
            if processor.isBusy(sight.used, limits, at: now) { idle?.note(now) }
        } else {
            idle = nil
        }
        if span?.span != sight.lifetime.span {
            let condition = status?.conditions?[.expired]
            let isTold = condition.map { AgentStatuses.tellsOfEnd($0) } ?? false
            span = sight.lifetime.span.map {
                LifespanClock(
                    $0, announced: isTold ? condition?.lastTransitionTime ?? wall : nil, wall: wall, at: now)
            }
        }
        if !sight.agent.isIdleSuspended { wake = nil }
        if let schedule = sight.lifetime.wake, sight.agent.isIdleSuspended, wake?.schedule != schedule {
            let since = status?.conditions?[.workloadReady]?.lastTransitionTime ?? wall
            wake = WakeClock(schedule, since: since, wall: wall)
        }
        if sight.isKilled { wake?.skip(to: wall) }
    }

    private static func clock(
        _ status: AgentStatus?, wall: Timestamp, at now: ContinuousClock.Instant
    ) -> IdleClock {
        guard let last = status?.lastActivity else { return IdleClock(at: now) }
        let condition = status?.conditions?[.idle]
        let warned = condition?.status == .true ? condition?.lastTransitionTime : nil
        return IdleClock(lastActivity: last, warned: warned, wall: wall, at: now)
    }

    /// What is to be done first.
    fileprivate mutating func step(
        _ sight: LifetimeSight, wall: Timestamp, at now: ContinuousClock.Instant
    ) -> LifetimeTask.Step? {
        // What a kill switch holds is kept as it is for those who look into it.
        guard !isBusy, notBefore.map({ $0 <= now }) ?? true, !sight.isKilled else { return nil }
        return spanStep(sight, at: now) ?? idleStep(sight, wall: wall, at: now)
            ?? (wake?.isDue(at: wall) == true ? .wake : nil)
    }

    private func spanStep(_ sight: LifetimeSight, at now: ContinuousClock.Instant) -> LifetimeTask.Step? {
        let condition = sight.agent.status?.conditions?[.expired]
        guard let span else {
            return condition.map { AgentStatuses.tellsOfEnd($0) } == true ? .recall : nil
        }
        switch span.look(at: now) {
        case .rest: return nil
        case .announce: return .announce(span.span)
        case .recall: return .recall
        case .end: return condition?.status == .true ? nil : .expire(span.span)
        }
    }

    private func idleStep(
        _ sight: LifetimeSight, wall: Timestamp, at now: ContinuousClock.Instant
    ) -> LifetimeTask.Step? {
        guard let limits = sight.lifetime.idle, let idle else { return nil }
        let agent = sight.agent
        // The platform ended while it was being suspended.
        if agent.spec.suspended == true, agent.status?.conditions?[.idle]?.reason == AgentStatuses.suspending {
            return .endIdle(limits)
        }
        guard sight.used != nil, agent.spec.suspended != true else { return nil }
        switch idle.look(limits, at: now).verdict {
        case .warn: return .warn(limits, end: wall.advanced(by: now.duration(to: idle.end(limits, warnedAt: now))))
        case .recover: return .recover
        case .act: return .endIdle(limits)
        case .rest: return noteStep(idle, wall: wall, at: now)
        }
    }

    private func noteStep(
        _ idle: IdleClock, wall: Timestamp, at now: ContinuousClock.Instant
    ) -> LifetimeTask.Step? {
        guard idle.hasNews else { return nil }
        let activity = wall.advanced(by: now.duration(to: idle.lastActivity))
        guard let written else { return .note(activity) }
        // Less is rounding.
        let isNew = abs(written.activity.seconds - activity.seconds) >= 2
        return isNew && written.moment + IdleClock.writeInterval <= now ? .note(activity) : nil
    }
}
