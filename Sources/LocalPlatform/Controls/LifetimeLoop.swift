public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Ends agents that do nothing or have grown old, and wakes them by their schedules.
///
/// ```
/// LocalAgentDirectory.lifetimes() ┐
/// ActivityBook, processor times ──┴▶ LifetimeBook ──▶ operations ──▶ statuses, audit log
/// ```
public final class LifetimeLoop: Service {
    /// Those of these agents that run, with the time of processors that each has used.
    public typealias ProcessorTimes = @Sendable (Set<AgentID>) async -> [AgentID: Duration]

    private let operations: LocalOperations
    private let processorTimes: ProcessorTimes
    private let interval: Duration
    private let wall: @Sendable () -> Timestamp
    private let logger: Logger
    private let book = Mutex(LifetimeBook())

    /// - Parameters:
    ///   - interval: how often it looks.
    ///   - wall: the time of day. What passes in this life of the platform is counted by another clock.
    public init(
        operations: LocalOperations, interval: Duration = .seconds(1),
        wall: @escaping @Sendable () -> Timestamp = { .now() }, logger: Logger,
        processorTimes: @escaping ProcessorTimes
    ) {
        self.operations = operations
        self.interval = interval
        self.wall = wall
        self.logger = logger
        self.processorTimes = processorTimes
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.work() }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for task in await self.look() { group.addTask { await self.carryOut(task) } }
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: self.interval)
            }
            group.cancelAll()
        }
    }

    /// Looks at all agents once.
    private func look() async -> [LifetimeTask] {
        let known = operations.parts.directory.lifetimes()
        let followed = known.compactMap { sight in sight.lifetime.idle.map { (sight.agent.id, $0.ignoredHosts) } }
        let activity = operations.parts.activity
        activity.follow(Dictionary(followed) { $1 })
        let used = await processorTimes(Set(followed.map(\.0)))
        let now = ContinuousClock.now
        let sights = known.map { agent, lifetime, isKilled in
            LifetimeSight(
                agent: agent, lifetime: lifetime, isKilled: isKilled, used: used[agent.id],
                lastActivity: activity.lastActivity(of: agent.id, at: now))
        }
        let time = wall()
        return book.withLock { $0.tasks(for: sights, wall: time, at: now) }
    }

    private func carryOut(_ task: LifetimeTask) async {
        do {
            try await carryOut(task.step, task)
            book.withLock { $0.finish(task, at: .now) }
        } catch {
            let retry = book.withLock { $0.fail(task, at: .now) }
            logger.error(
                "lifetime.not-done",
                metadata: ["agent": "\(task.agent.id)", "again": "\(retry)", "reason": "\(error)"])
        }
    }

    private func carryOut(_ step: LifetimeTask.Step, _ task: LifetimeTask) async throws {
        let agent = task.agent
        switch step {
        case .note(let moment): try await operations.parts.statuses.active(agent, at: moment)
        case .warn(let limits, let end): try await operations.warnIdle(agent, limits, end: end)
        case .recover: try await operations.recover(agent)
        case .endIdle(let limits): try await operations.endIdle(agent, limits, decided: task.decided)
        case .announce(let span): try await operations.announceEnd(agent, span)
        case .recall: try await operations.recallEnd(agent)
        case .expire(let span): try await operations.expire(agent, span)
        case .wake: try await operations.wakeBySchedule(agent)
        }
    }
}
