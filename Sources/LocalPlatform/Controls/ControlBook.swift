import PalanaCore

/// What is to be done to one agent now.
struct ControlTask: Sendable {
    var agent: Agent
    var order: ControlOrder
    /// May be empty: another switch holds it, too, and nothing is to be done but to write that down.
    var steps: [ControlStep]
    var begun: ContinuousClock.Instant
    /// Whether it is the first time that anything is ordered about the agent.
    var isFirst: Bool
    /// Not for a frozen agent that is only looked at again.
    var isNews = true
}

/// What has been done to which agent, and what is being done: decides, does nothing.
struct ControlBook {
    private struct Entry {
        /// nil until all of an order has been done once.
        var done: ControlOrder?
        var isBusy = false
        var failures = 0
        var notBefore: ContinuousClock.Instant?
        /// When a frozen agent was last looked at.
        var looked: ContinuousClock.Instant?
    }

    private var entries: [AgentID: Entry] = [:]

    /// How often it is made sure that a frozen agent stands still.
    private static let lookAgain = Duration.seconds(1)

    /// What is to be done now; each of it must be ended by `finish` or `fail`.
    mutating func tasks(
        for orders: [(agent: Agent, order: ControlOrder)], at now: ContinuousClock.Instant
    ) -> [ControlTask] {
        let ids = Set(orders.map(\.agent.id))
        entries = entries.filter { ids.contains($0.key) || $0.value.isBusy }
        return orders.compactMap { agent, order in task(agent, order, now) }
    }

    private mutating func task(_ agent: Agent, _ order: ControlOrder, _ now: ContinuousClock.Instant) -> ControlTask? {
        let known = entries[agent.id]
        // Its switch was released, or ended, while the platform was down.
        let isLeftOver = known == nil && agent.status?.conditions?[.killed]?.status == .true
        guard order.isKilled || known != nil || isLeftOver else { return nil }
        var entry = known ?? Entry(done: isLeftOver && !order.isKilled ? .anyKill : nil)
        guard !entry.isBusy, entry.notBefore.map({ $0 <= now }) ?? true else { return nil }
        // Whether it ran before is asked when it comes to that: what is known here may be old.
        let steps = ControlStep.between(entry.done, order, ranBefore: true)
        let looksAgain =
            order.effectiveLevel == .freeze && steps.isEmpty && entry.looked.map { $0 + Self.lookAgain <= now } ?? true
        let isNews = !steps.isEmpty || entry.done != order
        guard isNews || looksAgain else { return nil }
        (entry.isBusy, entry.looked) = (true, now)
        entries[agent.id] = entry
        return ControlTask(
            agent: agent, order: order, steps: looksAgain ? [.freeze] : steps, begun: now, isFirst: known == nil,
            isNews: isNews)
    }

    mutating func finish(_ task: ControlTask) {
        entries[task.agent.id] = Entry(done: task.order, looked: entries[task.agent.id]?.looked)
    }

    /// - Returns: after which time it is tried again.
    mutating func fail(_ task: ControlTask, at now: ContinuousClock.Instant) -> Duration {
        let failures = (entries[task.agent.id]?.failures ?? 0) + 1
        let wait = Duration.milliseconds(min(200 << min(failures, 8), 30_000))
        entries[task.agent.id]?.isBusy = false
        entries[task.agent.id]?.failures = failures
        entries[task.agent.id]?.notBefore = now + wait
        return wait
    }
}

extension ControlOrder {
    /// Of an agent that was held by something when the platform ended.
    fileprivate static let anyKill = ControlOrder(
        causes: [KillCause(name: "", level: .network, reason: "")], isSuspended: false, host: .machine)
}
