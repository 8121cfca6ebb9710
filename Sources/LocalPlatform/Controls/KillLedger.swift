import Logging
import PalanaCore
import Synchronization

/// Which agents each kill switch has reached and how long that took; writes it into the switches' status.
///
/// Writing is left to a task of its own: a disk that hangs keeps no kill waiting.
final class KillLedger: Sendable {
    private struct Page {
        var hits: [String: KillSwitchStatus.Hit] = [:]
        var isWritten = false
    }

    private let store: any AgentStore
    private let bell: ControlBell
    private let logger: Logger
    private let pages = Mutex<[String: Page]>([:])
    /// Holds one ring at most.
    private let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Of one switch; more are reached all the same and not told.
    static let mostHits = 5_000

    init(store: any AgentStore, bell: ControlBell, logger: Logger) {
        self.store = store
        self.bell = bell
        self.logger = logger
    }

    /// Takes over what was reached before the platform ended: it was in effect then, and is again from the start.
    func load(_ switches: [KillSwitch]) {
        pages.withLock { pages in
            for kill in switches {
                let hits = (kill.status?.agents ?? []).map { ($0.agent, $0) }
                pages[kill.metadata.name] = Page(hits: Dictionary(hits) { first, _ in first })
            }
        }
    }

    /// Writes down who is to be reached.
    /// - Parameter tasks: what has just been begun.
    func expect(_ tasks: [ControlTask], of switches: [KillSwitch], among agents: [Agent]) {
        let names = Set(switches.map(\.metadata.name))
        bell.keep(only: names)
        let begun = tasks.map(\.agent)
        let isNews = pages.withLock { pages in
            pages = pages.filter { names.contains($0.key) }
            for kill in switches where pages[kill.metadata.name] == nil || !begun.isEmpty {
                let isNew = pages[kill.metadata.name] == nil
                var page = pages[kill.metadata.name] ?? Page()
                for agent in isNew ? agents : begun where page.hits.count < Self.mostHits {
                    let id = agent.id.rawValue
                    guard page.hits[id] == nil, kill.holds(agent, at: .now()) else { continue }
                    page.hits[id] = KillSwitchStatus.Hit(agent: id)
                    page.isWritten = false
                }
                pages[kill.metadata.name] = page
            }
            return pages.values.contains { !$0.isWritten }
        }
        if isNews { news.continuation.yield() }
    }

    /// Everything that `task` orders was done at `moment`.
    func reach(_ task: ControlTask, of switches: [KillSwitch], at moment: ContinuousClock.Instant) {
        guard let level = task.order.effectiveLevel else { return }
        let id = task.agent.id.rawValue
        pages.withLock { pages in
            for kill in switches where kill.holds(task.agent, at: .now()) {
                let name = kill.metadata.name
                guard AgentHost.machine.effect(of: kill.spec.level ?? .network) <= level,
                    pages[name]?.hits[id]?.effectiveAt == nil, pages[name]?.hits.count ?? 0 < Self.mostHits
                else { continue }
                let begin = bell.acceptance(of: name).map { accepted in
                    // An agent that was made later is caught from its own beginning on.
                    task.isFirst && accepted.duration(to: task.begun) > .seconds(1) ? task.begun : accepted
                }
                let time = begin.map { max(0, Int($0.duration(to: moment) / .milliseconds(1))) }
                pages[name, default: Page()].hits[id] = KillSwitchStatus.Hit(
                    agent: id, effectiveAt: .now(), milliseconds: time)
                pages[name]?.isWritten = false
            }
        }
        news.continuation.yield()
    }

    /// Writes what is new, until it is cancelled.
    func run() async {
        for await _ in news.stream {
            let unwritten = pages.withLock { pages in
                let unwritten = pages.filter { !$0.value.isWritten }
                for name in unwritten.keys { pages[name]?.isWritten = true }
                return unwritten
            }
            for (name, page) in unwritten { await write(page, name) }
        }
    }

    private func write(_ page: Page, _ name: String) async {
        do {
            guard case .killSwitch(var kill) = try await store.get(ResourceKey(.killSwitch, name)) else { return }
            var status = kill.status ?? KillSwitchStatus()
            status.agents = page.hits.values.sorted { $0.agent < $1.agent }
            status.effectiveLevel = AgentHost.machine.effect(of: kill.spec.level ?? .network)
            var conditions = status.conditions ?? []
            conditions.set(Self.condition(page, kill.metadata.generation), now: .now())
            status.conditions = conditions
            kill.status = status
            try await store.putStatus(.killSwitch(kill))
        } catch .notFound {
            // It holds before it is stored, which the disk may keep it from: the next round tries again. Or it was released.
            pages.withLock { $0[name]?.isWritten = false }
        } catch {
            logger.error("status.not-written", metadata: ["resource": "KillSwitch/\(name)", "reason": "\(error)"])
        }
    }

    private static func condition(_ page: Page, _ generation: Int?) -> Condition {
        let waiting = page.hits.values.filter { $0.effectiveAt == nil }.count
        guard waiting == 0 else {
            return Condition(
                .ready, .false, reason: "Stopping", message: "\(waiting) of \(page.hits.count) agents are on their way",
                observedGeneration: generation)
        }
        let what = page.hits.isEmpty ? "it reaches nobody so far" : "all \(page.hits.count) agents are stopped"
        return Condition(.ready, .true, reason: "InEffect", message: what, observedGeneration: generation)
    }
}

extension KillSwitch {
    fileprivate func holds(_ agent: Agent, at now: Timestamp) -> Bool {
        isInForce(at: now) && matches(agent, platformNamespace: "")
    }
}
