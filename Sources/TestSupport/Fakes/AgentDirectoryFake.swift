public import PalanaCore
import Synchronization

/// A directory that tests write to.
public final class AgentDirectoryFake: AgentDirectory {
    private let agents: Mutex<[AgentID: AgentSnapshot]>
    private let sources = Mutex<[AgentID: AgentSources]>([:])

    public init(_ agents: [AgentSnapshot]) {
        self.agents = Mutex(Dictionary(agents.map { ($0.id, $0) }, uniquingKeysWith: { $1 }))
    }

    public func put(_ agent: AgentSnapshot) {
        agents.withLock { $0[agent.id] = agent }
    }

    public func agent(_ id: AgentID) -> AgentSnapshot? {
        agents.withLock { $0[id] }
    }

    public func sources(of id: AgentID) -> AgentSources {
        sources.withLock { $0[id] } ?? .listenerAlone
    }

    /// Where this agent's connections may come from; unsaid, nobody looks.
    public func put(_ sources: AgentSources, of id: AgentID) {
        self.sources.withLock { $0[id] = sources }
    }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        agents.withLock { agents in
            for agent in agents.values {
                if let secret = agent.secrets.first(where: { $0.placeholder == value }) {
                    return (agent.id, secret.name)
                }
            }
            return nil
        }
    }

    /// The agents of now; tests of listeners bring their own stream.
    public func changes() -> AsyncStream<Set<AgentID>> {
        let ids = agents.withLock { Set($0.keys) }
        return AsyncStream { continuation in
            continuation.yield(ids)
            continuation.finish()
        }
    }
}
