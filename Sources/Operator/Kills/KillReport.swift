import KubernetesClient
import PalanaCore

/// What a kill switch's status is to say: from what it said and what is seen of its agents. Decides, sends nothing.
///
/// The network is taken by the gateways, each from its own watch, and each tells of it in the status: an agent is cut off
/// when all of them have said so. What becomes of pods (`suspend`) and agents (`terminate`) the operator sees itself.
struct KillReport {
    var kill: KillSwitch
    /// Those that it holds now.
    var agents: [Agent]
    /// The ids of all agents that there are, whosever.
    var isThere: (AgentID) -> Bool
    var hasPods: (AgentID) -> Bool
    /// The gateway's pods that run.
    var gateways: Set<String>
    /// When this operator first saw the switch; nil when it was there before.
    var seen: Timestamp?

    static let mostHits = 5_000

    func status(now: Timestamp) -> KillSwitchStatus {
        var status = kill.status ?? KillSwitchStatus()
        let level = AgentHost.cluster.effect(of: kill.spec.level ?? .network)
        var hits: [String: KillSwitchStatus.Hit] = [:]
        for hit in status.agents ?? [] { hits[hit.agent] = hit }
        for agent in agents where hits[agent.id.rawValue] == nil && hits.count < Self.mostHits {
            hits[agent.id.rawValue] = KillSwitchStatus.Hit(agent: agent.id.rawValue)
        }
        for (id, hit) in hits where hit.effectiveAt == nil {
            switch level {
            case .network, .freeze:
                guard let cut else { continue }
                hits[id]?.effectiveAt = cut.compactMap(\.effectiveAt).max() ?? now
                hits[id]?.milliseconds = cut.compactMap(\.milliseconds).max()
            case .suspend, .terminate:
                guard isEnded(AgentID(rawValue: id), level) else { continue }
                hits[id]?.effectiveAt = now
                hits[id]?.milliseconds = seen.map { max(0, Int(now.seconds - $0.seconds)) * 1000 }
            }
        }
        status.agents = hits.values.sorted { $0.agent < $1.agent }
        status.effectiveLevel = level
        var conditions = status.conditions ?? []
        conditions.set(condition(Array(hits.values), level, now), now: now)
        status.conditions = conditions
        return status
    }

    private func isEnded(_ id: AgentID, _ level: KillSwitchSpec.Level) -> Bool {
        level == .terminate ? !isThere(id) : !hasPods(id)
    }

    /// What the gateways say once all of them have cut off all agents that the switch holds; nil before.
    private var cut: [KillSwitchStatus.Gateway]? {
        let told = (kill.status?.gateways ?? []).filter { gateways.contains($0.name) }
        // Those that are being deleted no gateway serves, so none counts them.
        let held = agents.count { !$0.isTerminating }
        let isAll = told.allSatisfy { $0.agents >= held && $0.observedGeneration == kill.metadata.generation }
        return isAll && told.count == gateways.count ? told : nil
    }

    private func condition(
        _ hits: [KillSwitchStatus.Hit], _ level: KillSwitchSpec.Level, _ now: Timestamp
    ) -> Condition {
        func made(_ status: Condition.Status, _ reason: String, _ message: String) -> Condition {
            Condition(.ready, status, reason: reason, message: message, observedGeneration: kill.metadata.generation)
        }
        guard kill.isInForce(at: now) else { return made(.false, "Expired", "its time is up; it holds nobody") }
        guard !hits.isEmpty else { return made(.true, "InEffect", "it reaches nobody so far") }
        let waiting = hits.count { $0.effectiveAt == nil }
        return waiting == 0
            ? made(.true, "InEffect", "all \(hits.count) agents are stopped")
            : made(.false, "Stopping", "\(waiting) of \(hits.count) agents are on their way")
    }
}
