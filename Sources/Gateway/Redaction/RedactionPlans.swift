public import Foundation
public import PalanaCore
import Synchronization

/// Bounds of what the gateway remembers between a request and its answer.
public struct RedactionPlansConfiguration: Sendable {
    /// Requests with secrets that wait for their answer, over all agents and of one. Beyond, the oldest are forgotten.
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

/// The redaction plans of requests on their way, by decision. Made by the authorizer, taken by the redaction service
/// when the answer begins; ended before that by the access log, by a client that went, by age, or by newer ones.
///
/// A plan that is gone lets nothing through: its answer is withheld. So where there are too many the oldest go, and
/// nobody is kept from sending new requests by those that never ended.
public final class RedactionPlans: Sendable {
    private struct Entry {
        let plan: RedactionPlan
        let made: Date
    }

    private struct Table {
        let key: [String: String]
        let automaton: NeedleAutomaton
        let made: Date
    }

    private struct State {
        var entries: [DecisionID: Entry] = [:]
        var lines: [AgentID: PlanLine] = [:]
        var swept = Date.distantPast
        var tables: [AgentID: Table] = [:]
    }

    private let configuration: RedactionPlansConfiguration
    private let state = Mutex(State())

    public init(configuration: RedactionPlansConfiguration = RedactionPlansConfiguration()) {
        self.configuration = configuration
    }

    /// How many requests with secrets wait for their answer.
    public var count: Int { state.withLock { $0.entries.count } }

    /// Asked about one request twice, the second plan counts.
    func remember(_ injected: [InjectedValue], for id: DecisionID, of agent: AgentID, at time: Date) {
        let plan = RedactionPlan(agent: agent, automaton: automaton(for: injected, of: agent, at: time))
        state.withLock { state in
            sweep(&state, at: time)
            forget(id, &state)
            makeRoom(for: agent, &state)
            state.entries[id] = Entry(plan: plan, made: time)
            state.lines[agent, default: PlanLine()].append(id)
        }
    }

    /// The plan of a decision, once: an answer begins once. nil when there is none: the answer must not pass then.
    func take(_ id: DecisionID, at time: Date = Date()) -> RedactionPlan? {
        state.withLock { state in
            guard let entry = state.entries[id] else { return nil }
            forget(id, &state)
            return time.timeIntervalSince(entry.made) > configuration.lifetime ? nil : entry.plan
        }
    }

    /// The request is over.
    public func end(_ id: DecisionID) {
        state.withLock { forget(id, &$0) }
    }

    /// Drops what is kept of an agent's values for its next request; for rotate, remove and delete. Open requests keep
    /// their plan.
    public func forgetTables(of agent: AgentID) {
        state.withLock { $0.tables[agent] = nil }
    }

    /// Drops everything of an agent that may no longer send. Answers that are still on their way to it are withheld.
    public func forget(_ agent: AgentID) {
        state.withLock { state in
            state.tables[agent] = nil
            for id in state.entries.filter({ $0.value.plan.agent == agent }).keys { forget(id, &state) }
        }
    }

    private func makeRoom(for agent: AgentID, _ state: inout State) {
        while let line = state.lines[agent], line.count >= configuration.capacityPerAgent {
            forgetOldest(of: agent, &state)
        }
        while state.entries.count >= configuration.capacity,
            let most = state.lines.max(by: { $0.value.count < $1.value.count })
        {
            forgetOldest(of: most.key, &state)
        }
    }

    private func forgetOldest(of agent: AgentID, _ state: inout State) {
        guard let oldest = state.lines[agent]?.oldest else { return }
        forget(oldest, &state)
    }

    private func forget(_ id: DecisionID, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        state.lines[entry.plan.agent]?.remove(id)
        if state.lines[entry.plan.agent]?.count == 0 { state.lines[entry.plan.agent] = nil }
    }

    /// Now and then, so that values don't stay in memory after the requests that used them.
    private func sweep(_ state: inout State, at time: Date) {
        guard time.timeIntervalSince(state.swept) >= configuration.tableLifetime else { return }
        state.swept = time
        let old = state.entries.filter { time.timeIntervalSince($0.value.made) > configuration.lifetime }
        for id in old.keys { forget(id, &state) }
        state.tables = state.tables.filter { time.timeIntervalSince($0.value.made) < configuration.tableLifetime }
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
