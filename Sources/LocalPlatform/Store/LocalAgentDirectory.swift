public import PalanaCore
import Synchronization

/// What the gateway knows of the agents, built from the store: agents with their templates, defaults and placeholders.
/// Read synchronously on every request, replaced as a whole by `refresh()`.
public final class LocalAgentDirectory: AgentDirectory {
    private struct State {
        var view = View()
        var watchers: [AsyncStream<Set<AgentID>>.Continuation] = []
        var lastTicket = 0
        var shownTicket = 0
    }

    /// What is known, and by name what each agent's snapshot was made from.
    private struct View {
        var agents: [AgentID: AgentSnapshot] = [:]
        var origins: [String: (id: AgentID, origin: Origin)] = [:]
        var holders: [String: (agent: AgentID, secret: String)] = [:]

        var standings: [AgentID: AgentSnapshot.Standing] { agents.mapValues(\.standing) }
    }

    /// The versions of an agent and its template as the store counts them.
    private struct Origin: Hashable {
        private let versions: [String]

        /// Nil where the store counts none.
        init?(_ objects: [ObjectMeta]) {
            versions = objects.flatMap { [$0.uid, $0.resourceVersion].compactMap(\.self) }
            guard versions.count == 2 * objects.count else { return nil }
        }
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
    /// gone keeps only what it says itself, which is never more. Only what changed since is made anew, so that the
    /// thousandth agent is not a thousand times the work.
    public func refresh() async throws(StoreFailure) {
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        let old = state.withLock(\.view)
        var new = View()
        let templates = try await templates()
        for case .agent(let agent) in try await store.list(.agent) {
            let template = agent.spec.template.flatMap { templates[$0] }
            let origin = Origin([agent.metadata] + (template.map { [$0.metadata] } ?? []))
            let name = agent.metadata.name
            if let origin, let known = old.origins[name], known.origin == origin {
                new.agents[known.id] = old.agents[known.id]
                new.origins[name] = known
                continue
            }
            new.agents[agent.id] = try await snapshot(of: agent, template)
            new.origins[name] = origin.map { (agent.id, $0) }
        }
        // Only at the start nothing else can be making placeholders; until then those of deleted agents do no harm.
        if ticket == 1 { try await placeholders.keep(only: Set(new.agents.keys)) }
        new.holders = await placeholders.holders().filter { new.agents[$0.value.agent] != nil }
        show(new, ticket: ticket)
    }

    public func agent(_ id: AgentID) -> AgentSnapshot? {
        state.withLock { $0.view.agents[id] }
    }

    /// An agent's socket is in its own sandbox and nowhere else.
    public func sources(of id: AgentID) -> AgentSources { .listenerAlone }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        state.withLock { $0.view.holders[value] }
    }

    private func snapshot(of agent: Agent, _ template: AgentTemplate?) async throws(StoreFailure) -> AgentSnapshot {
        let effective = agent.effective(with: template)
        return AgentSnapshot(effective, placeholders: try await placeholders.placeholders(for: effective))
    }

    /// A reader that is slow sees only the latest set.
    public func changes() -> AsyncStream<Set<AgentID>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<AgentID>.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            continuation.yield(Set(state.view.agents.keys))
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
    private func show(_ view: View, ticket: Int) {
        state.withLock { state in
            guard ticket > state.shownTicket else { return }
            let isChanged = view.standings != state.view.standings
            (state.view, state.shownTicket) = (view, ticket)
            guard isChanged else { return }
            state.watchers.removeAll { watcher in
                if case .terminated = watcher.yield(Set(view.agents.keys)) { return true }
                return false
            }
        }
    }
}
