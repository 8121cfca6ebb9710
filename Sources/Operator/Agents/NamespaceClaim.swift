import KubernetesClient
import PalanaCore

/// Whose the namespace is that has an agent's name. Only what was made for the same owner and the same agent is ever
/// touched.
enum NamespaceClaim: Sendable, Hashable {
    case absent
    case ours
    /// Ours, and on its way out.
    case ending
    /// Kept from an earlier agent of the same owner and name.
    case retained
    case foreign

    init(_ there: Namespace?, of agent: Agent) {
        guard let there else {
            self = .absent
            return
        }
        let labels = there.metadata.labels ?? [:]
        // Labels that somebody took off are put back; the full hash of the owner is what makes a namespace ours.
        guard labels[AgentObjectNames.agentNameLabel] ?? agent.metadata.name == agent.metadata.name,
            labels[AgentObjectNames.agentLabel] ?? there.metadata.name == there.metadata.name,
            there.metadata.annotations?[OwnerMark.digestAnnotation] == OwnerMark.digest(agent.spec.owner ?? "")
        else {
            self = .foreign
            return
        }
        if there.isTerminating {
            self = .ending
        } else {
            self = labels[OwnerMark.retainedLabel] == nil ? .ours : .retained
        }
    }

    /// Why nothing can be made in it.
    func trouble(_ there: Namespace?) -> Trouble? {
        let name = there?.metadata.name ?? ""
        switch self {
        case .absent, .ours, .retained: return nil
        case .ending:
            return Trouble(
                "NamespaceTerminating",
                "the namespace \(name) is being deleted; it is made anew once it is gone\(Self.remains(there))")
        case .foreign:
            return Trouble(
                "NameTaken",
                "the namespace \(name) is there and wasn't made for this agent, so it is not touched; delete it, or "
                    + "create the agent under another name")
        }
    }

    /// Why it doesn't go, as the namespace says itself.
    static func remains(_ there: Namespace?) -> String {
        let telling: Set = [
            "NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure",
            "NamespaceDeletionDiscoveryFailure",
        ]
        let sentences = (there?.status?.conditions ?? []).filter { $0.status == "True" && telling.contains($0.type) }
            .compactMap(\.message)
        return sentences.isEmpty ? "" : " (\(sentences.joined(separator: "; ")))"
    }
}
