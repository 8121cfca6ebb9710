import PalanaCore

/// Which agents of which kill switches have nothing open on this replica any more, and what each switch's status is to say
/// of it. Decides, sends nothing.
struct CutBook {
    /// When an agent that is held was cut off, and how long that took from when this replica saw the switch.
    private struct Cut {
        var at: Timestamp
        var milliseconds: Int
    }

    private let replica: String
    private var cuts: [AgentID: Cut] = [:]
    private var told: [String: KillSwitchStatus.Gateway] = [:]

    init(replica: String) {
        self.replica = replica
    }

    /// Takes over who is held now.
    /// - Returns: those of whom it isn't known yet that they have nothing open, and those who were held until now.
    mutating func held(_ held: [HeldAgents]) -> (fresh: Set<AgentID>, released: Set<AgentID>) {
        let ids = Set(held.flatMap(\.agents.keys))
        let released = Set(cuts.keys).subtracting(ids)
        for id in released { cuts[id] = nil }
        let uids = Set(held.map(\.uid))
        told = told.filter { uids.contains($0.key) }
        return (ids.subtracting(cuts.keys), released)
    }

    mutating func cut(_ agents: Set<AgentID>, at moment: Timestamp, milliseconds: Int) {
        for id in agents { cuts[id] = Cut(at: moment, milliseconds: milliseconds) }
    }

    /// What is to be told of a switch; nil when that has been told.
    func news(of held: HeldAgents) -> KillSwitchStatus.Gateway? {
        let done = held.agents.keys.compactMap { cuts[$0] }
        let report = KillSwitchStatus.Gateway(
            name: replica, agents: done.count, observedGeneration: held.kill.metadata.generation,
            effectiveAt: done.map(\.at).max(), milliseconds: done.map(\.milliseconds).max())
        return told[held.uid] == report ? nil : report
    }

    mutating func told(_ report: KillSwitchStatus.Gateway, of held: HeldAgents) { told[held.uid] = report }
}
