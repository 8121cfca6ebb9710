public import Foundation
public import PalanaCore
import Synchronization

/// Bounds of what the gateway remembers between a request and its answer.
public struct RedactionPlansConfiguration: Sendable {
    /// Open requests with secrets over all agents, and of one agent.
    public var capacity: Int
    public var capacityPerAgent: Int
    /// An answer that begins later than this after its request isn't let through.
    public var lifetime: TimeInterval
    /// How long the search tables of an agent's values are kept for its next request.
    public var tableLifetime: TimeInterval

    public init(
        capacity: Int = 32_768, capacityPerAgent: Int = 2_048, lifetime: TimeInterval = 3_600,
        tableLifetime: TimeInterval = 30
    ) {
        self.capacity = capacity
        self.capacityPerAgent = capacityPerAgent
        self.lifetime = lifetime
        self.tableLifetime = tableLifetime
    }
}

/// The redaction plans of requests on their way, by decision. Made by the authorizer, taken by the redaction service,
/// ended by the completion in the access log or by age.
public final class RedactionPlans: Sendable {
    private struct Entry {
        let plan: RedactionPlan
        let made: Date
        let start: Start?
    }

    /// Names a request by who sent it when (`EgressRequest.start`).
    private struct Start: Hashable {
        let agent: AgentID
        let time: Int64
    }

    private struct Table {
        let key: [String: String]
        let automaton: NeedleAutomaton
        let made: Date
    }

    private struct State {
        var entries: [DecisionID: Entry] = [:]
        var starts: [Start: DecisionID] = [:]
        var perAgent: [AgentID: Int] = [:]
        var queue: [DecisionID] = []
        var head = 0
        var tables: [AgentID: Table] = [:]
    }

    private let configuration: RedactionPlansConfiguration
    private let state = Mutex(State())

    public init(configuration: RedactionPlansConfiguration = RedactionPlansConfiguration()) {
        self.configuration = configuration
    }

    /// How many requests with secrets are open.
    public var count: Int { state.withLock { $0.entries.count } }

    /// - Throws: `secret_unavailable` when too many are open: without a plan the answer couldn't be let through.
    func remember(
        _ injected: [InjectedValue], for id: DecisionID, of agent: AgentID, at time: Date, start: Int64? = nil
    ) throws(Refusal) {
        let plan = RedactionPlan(
            agent: agent, automaton: automaton(for: injected, of: agent, at: time), injected: injected)
        let fits = state.withLock { state in
            forgetOld(&state, at: time)
            guard state.entries.count < configuration.capacity,
                state.perAgent[agent, default: 0] < configuration.capacityPerAgent
            else { return false }
            let start = start.map { Start(agent: agent, time: $0) }
            state.entries[id] = Entry(plan: plan, made: time, start: start)
            if let start { state.starts[start] = id }
            state.perAgent[agent, default: 0] += 1
            state.queue.append(id)
            return true
        }
        guard fits else {
            throw Refusal(
                .secretUnavailable, "too many requests with secrets are open",
                hint: "wait until some of them have ended")
        }
    }

    /// The plan of a decision, nil when there is none: the answer must not pass then.
    func plan(for id: DecisionID) -> RedactionPlan? {
        state.withLock { $0.entries[id]?.plan }
    }

    /// The request is over.
    public func end(_ id: DecisionID) {
        state.withLock { forget(id, &$0) }
    }

    /// A request is over that never learnt its decision: its agent went away while it was decided.
    func end(of agent: AgentID, start: Int64) {
        state.withLock { state in
            guard let id = state.starts[Start(agent: agent, time: start)] else { return }
            forget(id, &state)
        }
    }

    /// Drops what is kept of an agent's values; for kill, rotate and remove. Open requests keep their plan.
    public func forgetTables(of agent: AgentID) {
        state.withLock { $0.tables[agent] = nil }
    }

    private func forget(_ id: DecisionID, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        if let start = entry.start, state.starts[start] == id { state.starts[start] = nil }
        let left = state.perAgent[entry.plan.agent, default: 1] - 1
        state.perAgent[entry.plan.agent] = left > 0 ? left : nil
    }

    /// Oldest first; ended ones are skipped.
    private func forgetOld(_ state: inout State, at time: Date) {
        while state.head < state.queue.count {
            let id = state.queue[state.head]
            if let entry = state.entries[id] {
                guard time.timeIntervalSince(entry.made) > configuration.lifetime else { break }
                forget(id, &state)
            }
            state.head += 1
        }
        // A long stream at the head mustn't make the queue grow behind it.
        if state.queue.count > 2 * state.entries.count + 4_096 {
            state.queue = state.queue[state.head...].filter { state.entries[$0] != nil }
            state.head = 0
        }
    }

    /// Building the table takes longer than the rest of a decision, so the last one of each agent is used again.
    private func automaton(for injected: [InjectedValue], of agent: AgentID, at time: Date) -> NeedleAutomaton {
        let key = Dictionary(
            injected.map { ($0.value.exposed, $0.replacement) }, uniquingKeysWith: { first, _ in first })
        let known = state.withLock { state in
            state.tables = state.tables.count > 256 ? [:] : state.tables
            return state.tables[agent]
        }
        if let known, known.key == key, time.timeIntervalSince(known.made) < configuration.tableLifetime {
            return known.automaton
        }
        let automaton = NeedleAutomaton(injected.flatMap(NeedleForms.needles))
        state.withLock { $0.tables[agent] = Table(key: key, automaton: automaton, made: time) }
        return automaton
    }
}
