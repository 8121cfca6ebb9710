import EnvoyAPI
import PalanaCore
import Synchronization

/// The listeners that Envoy should have, and what Envoy said about those it was sent.
final class ListenerCatalog: Sendable {
    enum Status: Sendable, Hashable {
        /// Not sent yet, or sent and not answered.
        case pending
        case accepted
        case rejected(reason: String)
    }

    private struct State {
        var wanted: [String: Envoy_Service_Discovery_V3_Resource] = [:]
        var places: [String: ListenerPlacement] = [:]
        var answers: [String: (version: String, status: Status)] = [:]
    }

    private let state = Mutex(State())
    private let placement: @Sendable (AgentID) -> ListenerPlacement?
    private let prepare: @Sendable (AgentID) -> Void

    init(
        placement: @escaping @Sendable (AgentID) -> ListenerPlacement?,
        prepare: @escaping @Sendable (AgentID) -> Void = { _ in }
    ) {
        self.placement = placement
        self.prepare = prepare
    }

    var wanted: [String: Envoy_Service_Discovery_V3_Resource] { state.withLock { $0.wanted } }

    func placement(of agent: AgentID) -> ListenerPlacement? { placement(agent) }

    /// One caller at a time. An agent that has no place yet gets no listener; one whose place changed gets another.
    /// - Returns: whether anything changed.
    func replace(with agents: Set<AgentID>) throws -> Bool {
        let known = state.withLock { $0 }
        var fresh = known
        (fresh.wanted, fresh.places) = ([:], [:])
        for agent in agents {
            guard let place = placement(agent) else { continue }
            let name = agent.rawValue
            fresh.places[name] = place
            if known.places[name] == place, let resource = known.wanted[name] {
                fresh.wanted[name] = resource
            } else {
                prepare(agent)
                fresh.wanted[name] = try AgentListener(agent: agent, placement: place).resource()
            }
        }
        guard fresh.places != known.places else { return false }
        return state.withLock { state in
            (state.wanted, state.places) = (fresh.wanted, fresh.places)
            state.answers = state.answers.filter { fresh.wanted[$0.key] != nil }
            return true
        }
    }

    func status(of agent: AgentID) -> Status {
        state.withLock { state in
            guard let wanted = state.wanted[agent.rawValue], let answer = state.answers[agent.rawValue],
                answer.version == wanted.version
            else { return .pending }
            return answer.status
        }
    }

    /// - Parameter versions: listener names and the versions that Envoy answered for.
    func record(_ status: Status, for versions: [String: String]) {
        state.withLock { state in
            for (name, version) in versions where state.wanted[name] != nil {
                state.answers[name] = (version, status)
            }
        }
    }

    /// Listeners that Envoy would not take, by agent.
    var rejected: [String: String] {
        state.withLock { state in
            state.answers.compactMapValues { answer in
                if case .rejected(let reason) = answer.status { reason } else { nil }
            }
        }
    }
}
