import Foundation

/// What makes the platform kill an agent by itself.
public struct Alarm: Sendable, Hashable {
    public var agent: AgentID
    public var name: String
    public var owner: String
    public var level: KillSwitchSpec.Level
    /// The agent's owner reads it.
    public var reason: String

    public init(agent: AgentID, name: String, owner: String, level: KillSwitchSpec.Level, reason: String) {
        self.agent = agent
        self.name = name
        self.owner = owner
        self.level = level
        self.reason = reason
    }
}

/// Reads audit events and says when they are an alarm: events in, alarms out, no I/O. What it remembers is bounded, by
/// `mostCounted` for each agent and rule.
public struct AlarmBook: Sendable {
    private enum Rule: Hashable, Sendable {
        case placeholders, denials
    }

    /// The largest threshold.
    public static let mostCounted = 10_000

    private let rules: AlarmRules
    private var seen: [AgentID: [Rule: [Date]]] = [:]

    public init(rules: AlarmRules) {
        self.rules = rules
    }

    /// - Parameter isCanary: whether this secret of that agent is one.
    public mutating func note(_ event: AuditEvent, isCanary: (AgentID, String) -> Bool) -> Alarm? {
        guard event.kind == .decision || (event.kind == .secret && event.action == "read"), let agent = event.agent,
            let name = event.agentName
        else { return nil }
        func alarm(_ level: KillSwitchSpec.Level?, _ reason: String) -> Alarm {
            Alarm(agent: agent, name: name, owner: event.owner ?? "", level: level ?? .network, reason: reason)
        }
        let decision = event.decisionID.map { " (decision \($0))" } ?? ""
        for touched in (event.secrets ?? []).compactMap(TouchedSecret.init(recorded:)) {
            let holder = touched.holder ?? agent
            guard isCanary(holder, touched.name) else { continue }
            let whose = holder == agent ? "" : " of \(holder)"
            return alarm(rules.canary, "The canary secret \(touched.name)\(whose) was used\(decision).")
        }
        guard event.outcome == .denied, event.code != .killed, event.code != .suspended else { return nil }
        if event.code == .placeholderNotAllowedHere || event.code == .foreignPlaceholder,
            let rule = rules.placeholders, isReached(rule, .placeholders, agent, event.time)
        {
            return alarm(
                rule.level, "\(rule.count) placeholders stood where they mustn't within \(rule.within)\(decision).")
        }
        if let rule = rules.denials, isReached(rule, .denials, agent, event.time) {
            return alarm(rule.level, "\(rule.count) requests were denied within \(rule.within)\(decision).")
        }
        return nil
    }

    /// Counts one more; reached, it begins anew.
    private mutating func isReached(
        _ threshold: AlarmRules.Threshold, _ rule: Rule, _ agent: AgentID, _ time: Date
    ) -> Bool {
        guard let window = Quantities.duration(threshold.within) else { return false }
        let start = time.addingTimeInterval(-TimeInterval(window.components.seconds))
        var times = (seen[agent]?[rule] ?? []).filter { $0 > start }
        times.append(time)
        let isReached = times.count >= threshold.count
        seen[agent, default: [:]][rule] = isReached ? [] : times
        return isReached
    }

    /// Forgets agents that there are no more.
    public mutating func keep(only agents: Set<AgentID>) { seen = seen.filter { agents.contains($0.key) } }
}
