import Foundation
import PalanaCore

/// The columns people want of each kind.
enum ResourceTable {
    /// - Parameter resources: all of one kind.
    static func of(_ resources: [Resource], now: Date = Date()) -> Table {
        var table = Table(header(resources.first?.kind ?? .agent))
        table.rows = resources.map { row($0, now) }
        return table
    }

    private static func header(_ kind: ResourceKind) -> [String] {
        switch kind {
        case .agent: ["NAME", "PHASE", "OWNER", "RULES", "SECRETS", "AGE"]
        case .agentTemplate: ["NAME", "COMMAND", "RULES", "SECRETS", "AGE"]
        case .egressPolicy: ["NAME", "ALLOW", "DENY", "REGO", "AGE"]
        case .killSwitch: ["NAME", "LEVEL", "TARGET", "REASON", "AGE"]
        case .tenant: ["NAME", "OWNER", "KIND", "NAMESPACE", "AGE"]
        }
    }

    private static func row(_ resource: Resource, _ now: Date) -> [String] {
        let metadata = resource.metadata
        let age = metadata.creationTimestamp.map { Age.text(since: $0.date, now: now) } ?? "-"
        switch resource {
        case .agent(let agent):
            return [
                metadata.name, agent.status?.phase?.rawValue ?? "Pending", agent.spec.owner ?? "-",
                count(agent.spec.egress?.allow), count(agent.spec.secrets), age,
            ]
        case .agentTemplate(let template):
            let command = template.spec.command?.joined(separator: " ") ?? "-"
            return [metadata.name, command, count(template.spec.egress?.allow), count(template.spec.secrets), age]
        case .egressPolicy(let policy):
            return [
                metadata.name, count(policy.spec.allow), count(policy.spec.deny),
                policy.spec.rego == nil ? "no" : "yes", age,
            ]
        case .killSwitch(let kill):
            let level = (kill.spec.level ?? .network).rawValue
            return [metadata.name, level, kill.spec.target.description, kill.spec.reason, age]
        case .tenant(let tenant):
            let kind = (tenant.spec.ownerKind ?? .user).rawValue
            return [metadata.name, tenant.spec.owner, kind, tenant.namespace, age]
        }
    }

    private static func count<Element>(_ list: [Element]?) -> String {
        "\(list?.count ?? 0)"
    }
}

/// How long ago, in one unit: `12s`, `5m`, `3h`, `9d`.
enum Age {
    static func text(since date: Date, now: Date) -> String {
        let seconds = max(0, Int(now.timeIntervalSince(date)))
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<7200: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3600)h"
        default: return "\(seconds / 86400)d"
        }
    }
}
