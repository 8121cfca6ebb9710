import PalanaCore

/// What follows from one Agent and its template alone.
struct IndexedAgent: Sendable {
    /// A meeting as one side names it.
    struct Meeting: Sendable, Hashable {
        let reference: AgentReference
        let id: AgentID
        let port: Int?
    }

    private static let mostPeers = 64

    /// As it is stored: what kill switches look at.
    let object: Agent
    /// Without what kill switches say.
    let snapshot: AgentSnapshot
    let id: AgentID
    /// As status says it; the index decides whether it holds.
    let port: UInt16?
    /// Agents that it wants to meet, and those that it lets meet it.
    let calls: [Meeting]
    let admits: Set<Meeting>
    /// Names of the secrets that are lures.
    let canaries: Set<String>

    /// nil where the object is no agent that may be served; `reason` says why, if that is worth a word.
    init?(_ object: Agent, template: AgentTemplate?, reason: inout String?) {
        reason = nil
        guard object.metadata.deletionTimestamp == nil else { return nil }
        guard let owner = object.spec.owner, !owner.isEmpty,
            object.metadata.namespace == AgentNames.tenantNamespace(owner: owner)
        else {
            // Whoever may write into one tenant's namespace must not speak for another's agent.
            reason = "Agent \(object.metadata.namespace ?? "")/\(object.metadata.name) is not in its owner's namespace"
            return nil
        }
        let effective = object.effective(with: template)
        let placeholders = (object.status?.placeholders ?? []).map { ($0.secret, $0.value) }
        self.object = object
        id = object.id
        snapshot = AgentSnapshot(effective, placeholders: Dictionary(placeholders) { first, _ in first })
        port = object.status?.egressPort.flatMap { UInt16(exactly: $0) }
        calls = Self.meetings(effective.spec.egress?.peers)
        admits = Set(Self.meetings(effective.spec.ingress?.peers))
        canaries = Set((effective.spec.secrets ?? []).filter { $0.canary == true }.map(\.name))
    }

    private static func meetings(_ peers: [Peer]?) -> [Meeting] {
        (peers ?? []).prefix(mostPeers).compactMap { peer in
            AgentReference(peer.agent).map { Meeting(reference: $0, id: $0.id, port: peer.port) }
        }
    }
}
