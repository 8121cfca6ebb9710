public import PalanaCore
import Synchronization

/// What the gateway knows of the agents, built from the store: agents with their templates, defaults and placeholders.
/// Read synchronously on every request, replaced as a whole by `refresh()`.
public final class LocalAgentDirectory: AgentDirectory {
    private struct State {
        var agents: [AgentID: AgentSnapshot] = [:]
        var holders: [String: (agent: AgentID, secret: String)] = [:]
        var watchers: [AsyncStream<Set<AgentID>>.Continuation] = []
        var lastTicket = 0
        var shownTicket = 0
    }

    private let store: any AgentStore
    private let placeholders: StoredPlaceholders
    private let state = Mutex(State())

    /// Empty until the first `refresh()`: every agent is unknown, so everything is refused.
    public init(store: any AgentStore, placeholders: StoredPlaceholders) {
        self.store = store
        self.placeholders = placeholders
    }

    /// Reads the store anew. When it returns, every write that came before it is in force. An agent whose template has
    /// gone keeps only what it says itself, which is never more.
    public func refresh() async throws(StoreFailure) {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        let templates = try await templates()
        var agents: [AgentID: AgentSnapshot] = [:]
        for case .agent(let agent) in try await store.list(.agent) {
            let effective = agent.effective(with: agent.spec.template.flatMap { templates[$0] })
            let values = try await placeholders.placeholders(for: effective)
            agents[agent.id] = AgentSnapshot(effective, placeholders: values)
        }
        // Only at the start nothing else can be making placeholders; until then those of deleted agents do no harm.
        if ticket == 1 { try await placeholders.keep(only: Set(agents.keys)) }
        let holders = await placeholders.holders().filter { agents[$0.value.agent] != nil }
        show(agents, holders, ticket: ticket)
    }

    public func agent(_ id: AgentID) -> AgentSnapshot? {
        state.withLock { $0.agents[id] }
    }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        state.withLock { $0.holders[value] }
    }

    /// A reader that is slow sees only the latest set.
    public func changes() -> AsyncStream<Set<AgentID>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<AgentID>.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(Set(state.agents.keys))
            state.watchers.append(continuation)
        }
        return stream
    }

    /// Ends all streams of `changes()`.
    public func close() {
        let watchers = state.withLock { state in
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.finish() }
    }

    private func templates() async throws(StoreFailure) -> [String: AgentTemplate] {
        var templates: [String: AgentTemplate] = [:]
        for case .agentTemplate(let template) in try await store.list(.agentTemplate) {
            templates[template.metadata.name] = template
        }
        return templates
    }

    /// Of refreshes that overlap only the one that began last counts: it has seen everything that the others have.
    private func show(
        _ agents: [AgentID: AgentSnapshot], _ holders: [String: (agent: AgentID, secret: String)], ticket: Int
    ) {
        state.withLock { state in
            guard ticket > state.shownTicket else { return }
            let isChanged = Set(agents.keys) != Set(state.agents.keys)
            (state.agents, state.holders, state.shownTicket) = (agents, holders, ticket)
            guard isChanged else { return }
            state.watchers.removeAll { watcher in
                if case .terminated = watcher.yield(Set(agents.keys)) { return true }
                return false
            }
        }
    }
}
