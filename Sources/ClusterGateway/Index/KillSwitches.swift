import KubernetesClient
import PalanaCore

/// All kill switches, and whom they stop. Every level takes the network, so the level makes no difference here; of
/// several switches that reach an agent each holds it.
struct KillSwitches: Sendable {
    private let platformNamespace: String
    private let limit: Int
    private var byNamespace: [String: [String: KillSwitch]] = [:]
    private var unreadable: Set<ObjectKey> = []

    init(platformNamespace: String, limit: Int) {
        self.platformNamespace = platformNamespace
        self.limit = limit
    }

    mutating func set(_ killSwitch: KillSwitch) {
        unreadable.remove(killSwitch.key)
        byNamespace[killSwitch.metadata.namespace ?? "", default: [:]][killSwitch.metadata.name] = killSwitch
    }

    mutating func remove(_ key: ObjectKey) {
        unreadable.remove(key)
        let namespace = key.namespace ?? ""
        byNamespace[namespace]?[key.name] = nil
        if byNamespace[namespace]?.isEmpty == true { byNamespace[namespace] = nil }
    }

    /// Whom it is for can't be said: for all that it could be for.
    mutating func mark(unreadable key: ObjectKey) { unreadable.insert(key) }

    /// Whether anything stops this agent.
    func stop(_ agent: Agent, at now: Timestamp) -> Bool {
        Set([platformNamespace, agent.metadata.namespace ?? ""]).contains { namespace in
            // Too many to look at, for every agent at every change: whoever has made them wants a stop.
            guard !isUnclear(namespace) else { return true }
            return (byNamespace[namespace] ?? [:]).values.contains {
                $0.isInForce(at: now) && $0.matches(agent, platformNamespace: platformNamespace)
            }
        }
    }

    /// Those in force that can be looked at, with whom each holds; by name.
    func held(_ agents: [AgentID: Agent], at now: Timestamp) -> [HeldAgents] {
        byNamespace.keys.sorted().filter { !isUnclear($0) }.flatMap { namespace in
            (byNamespace[namespace] ?? [:]).values.filter { $0.isInForce(at: now) }
                .sorted { $0.metadata.name < $1.metadata.name }
                .map { kill in
                    let held = agents.filter { kill.matches($0.value, platformNamespace: platformNamespace) }
                    return HeldAgents(kill: kill, agents: held)
                }
        }
    }

    /// When the next one ends that is still in force; nil when none does by itself.
    func nextExpiry(after now: Timestamp) -> Timestamp? {
        byNamespace.values.flatMap(\.values).compactMap(\.spec.expiresAt).filter { $0 > now }.min()
    }

    /// Namespaces whose switches can't all be looked at.
    var unclear: [String] {
        Set(byNamespace.keys).union(unreadable.map { $0.namespace ?? "" }).filter(isUnclear).sorted()
    }

    private func isUnclear(_ namespace: String) -> Bool {
        (byNamespace[namespace]?.count ?? 0) > limit || unreadable.contains { ($0.namespace ?? "") == namespace }
    }
}
