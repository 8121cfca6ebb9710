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
        var answers: [String: (version: String, status: Status)] = [:]
    }

    private let state = Mutex(State())
    private let placement: @Sendable (AgentID) -> ListenerPlacement

    init(placement: @escaping @Sendable (AgentID) -> ListenerPlacement) {
        self.placement = placement
    }

    var wanted: [String: Envoy_Service_Discovery_V3_Resource] { state.withLock { $0.wanted } }

    func placement(of agent: AgentID) -> ListenerPlacement { placement(agent) }

    /// - Returns: whether anything changed.
    func replace(with agents: Set<AgentID>) throws -> Bool {
        var fresh: [String: Envoy_Service_Discovery_V3_Resource] = [:]
        let known = wanted
        for agent in agents {
            fresh[agent.rawValue] =
                try known[agent.rawValue] ?? AgentListener(agent: agent, placement: placement(agent)).resource()
        }
        return state.withLock { state in
            guard fresh.keys != state.wanted.keys else { return false }
            state.wanted = fresh
            state.answers = state.answers.filter { fresh[$0.key] != nil }
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
