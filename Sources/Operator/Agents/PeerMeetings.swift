import PalanaCore

/// Which other agents one may meet: those that it names and that name it, for the same port. Nothing else opens a way.
struct PeerMeetings: Sendable, Hashable {
    /// One way between two agents.
    struct Meeting: Sendable, Hashable {
        /// The other one's own namespace.
        var other: String
        /// Of the one that is called.
        var port: Int
    }

    /// As many as the gateway looks at.
    static let limit = 64

    /// Whom the agent may call.
    let calls: [Meeting]
    /// Who may call it.
    let visits: [Meeting]

    /// - Parameters:
    ///   - agent: as it runs.
    ///   - other: agents by id, as they run.
    init(of agent: Agent, other: (AgentID) -> Agent?) {
        calls = Self.meetings(agent, agent.spec.egress?.peers, with: other) { $0.spec.ingress?.peers }
        visits = Self.meetings(agent, agent.spec.ingress?.peers, with: other) { $0.spec.egress?.peers }
    }

    /// All that an agent names.
    static func named(by agent: Agent) -> [AgentID] {
        let peers = (agent.spec.egress?.peers ?? []).prefix(limit) + (agent.spec.ingress?.peers ?? []).prefix(limit)
        return Array(Set(peers.compactMap { AgentReference($0.agent)?.id }))
    }

    private static func meetings(
        _ agent: Agent, _ peers: [Peer]?, with other: (AgentID) -> Agent?, opposite: (Agent) -> [Peer]?
    ) -> [Meeting] {
        let found = (peers ?? []).prefix(limit).compactMap { peer -> Meeting? in
            guard let port = peer.port, let reference = AgentReference(peer.agent), let there = other(reference.id),
                reference.isFor(there), !there.isLeaving
            else { return nil }
            let isMutual = (opposite(there) ?? []).prefix(limit).contains { back in
                back.port == port && AgentReference(back.agent)?.isFor(agent) ?? false
            }
            return isMutual ? Meeting(other: reference.id.rawValue, port: port) : nil
        }
        return Set(found).sorted { ($0.other, $0.port) < ($1.other, $1.port) }
    }
}

extension Agent {
    fileprivate var isLeaving: Bool { metadata.deletionTimestamp != nil }
}
