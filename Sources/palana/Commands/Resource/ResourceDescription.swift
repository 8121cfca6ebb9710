import PalanaCore

/// One object in words, a line a fact. An agent is shown as it runs: with its template and the defaults.
enum ResourceDescription {
    static func lines(of resource: Resource, template: AgentTemplate? = nil) -> [String] {
        let metadata = resource.metadata
        var lines = [fact("Name", metadata.name), fact("Kind", resource.kind.rawValue)]
        lines += (metadata.labels ?? [:]).sorted { $0.key < $1.key }.map { fact("Label", "\($0.key)=\($0.value)") }
        if let created = metadata.creationTimestamp { lines.append(fact("Created", "\(created)")) }
        switch resource {
        case .agent(let agent): lines += describe(agent.effective(with: template))
        case .agentTemplate(let template): lines += describe(template)
        case .egressPolicy(let policy): lines += describe(policy)
        case .killSwitch(let kill): lines += describe(kill)
        case .tenant(let tenant): lines += describe(tenant)
        }
        return lines
    }

    private static func describe(_ agent: Agent) -> [String] {
        let spec = agent.spec
        var lines = [
            fact("Owner", spec.owner ?? "-"), fact("Identity", agent.id.rawValue),
            fact("Phase", agent.status?.phase?.rawValue ?? "Pending"), fact("Template", spec.template ?? "-"),
            fact("Command", spec.command?.joined(separator: " ") ?? "-"),
            fact("Workspace", "/data, \(spec.workspace?.size ?? "-")"),
            fact(
                "Limits", "cpu \(spec.resources?.limits?.cpu ?? "-"), memory \(spec.resources?.limits?.memory ?? "-")"),
            fact("Egress default", spec.egress?.default?.rawValue ?? "deny"),
        ]
        lines += lifetime(of: agent)
        lines += rules("Allow", spec.egress?.allow)
        lines += (spec.secrets ?? []).map { secret in
            let placeholder = agent.status?.placeholders?.first { $0.secret == secret.name }?.value
            return fact("Secret", describe(secret) + (placeholder.map { ", placeholder \($0)" } ?? ""))
        }
        return lines + conditions(agent.status?.conditions)
    }

    private static func lifetime(of agent: Agent) -> [String] {
        let (spec, activity) = (agent.spec, agent.status?.lastActivity)
        return [
            spec.idle?.after.map { fact("Idle", "\(spec.idle?.action ?? .suspend) after \($0)") },
            spec.wake?.schedule.map { fact("Wake", $0) },
            spec.ttl.map { fact("TTL", "\(spec.ttlAction ?? .suspend) after \($0)") },
            activity.map { fact("Last activity", "\($0)") },
        ].compactMap(\.self)
    }

    private static func describe(_ template: AgentTemplate) -> [String] {
        [fact("Command", template.spec.command?.joined(separator: " ") ?? "-")]
            + rules("Allow", template.spec.egress?.allow)
            + (template.spec.secrets ?? []).map { fact("Secret", describe($0)) }
    }

    private static func describe(_ policy: EgressPolicy) -> [String] {
        let selector = policy.spec.agentSelector
        let labels = (selector?.labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let chosen = labels + (selector?.owners ?? []).map { "owner \($0)" }
        return [fact("Agents", chosen.isEmpty ? "all" : chosen.joined(separator: ", "))]
            + rules("Allow", policy.spec.allow) + rules("Deny", policy.spec.deny)
            + (policy.spec.rego.map { ["Rego:"] + $0.split(separator: "\n").map { "  \($0)" } } ?? [])
            + conditions(policy.status?.conditions)
    }

    private static func describe(_ kill: KillSwitch) -> [String] {
        [
            fact("Level", (kill.spec.level ?? .network).rawValue), fact("Target", kill.spec.target.description),
            fact("Reason", kill.spec.reason), fact("Expires", kill.spec.expiresAt?.description ?? "when deleted"),
        ]
            + (kill.status?.agents ?? []).map { hit in
                fact("Agent", hit.agent + (hit.milliseconds.map { ", after \($0) ms" } ?? ", not yet"))
            } + conditions(kill.status?.conditions)
    }

    private static func describe(_ tenant: Tenant) -> [String] {
        let quota = tenant.spec.quota
        let limits = [
            quota?.agents.map { "\($0) agents" }, quota?.cpu.map { "cpu \($0)" }, quota?.memory.map { "memory \($0)" },
            quota?.storage.map { "storage \($0)" },
        ].compactMap { $0 }
        return [
            fact("Owner", tenant.spec.owner), fact("Owner kind", (tenant.spec.ownerKind ?? .user).rawValue),
            fact("Namespace", tenant.namespace),
            fact("Quota", limits.isEmpty ? "none" : limits.joined(separator: ", ")),
            fact("Templates", tenant.spec.allowedTemplates?.joined(separator: ", ") ?? "all"),
        ] + conditions(tenant.status?.conditions)
    }

    private static func describe(_ secret: AgentSecret) -> String {
        guard secret.mode != .agent else { return "\(secret.name), readable by the agent" }
        let positions = (secret.positions ?? [.header]).map(\.rawValue).joined(separator: ", ")
        return "\(secret.name), to \((secret.hosts ?? []).joined(separator: ", ")), in \(positions)"
    }

    private static func rules(_ title: String, _ rules: [EgressRule]?) -> [String] {
        (rules ?? []).enumerated().map { index, rule in
            var text = "[\(index)] \(rule.host)"
            if let ports = rule.ports { text += ", ports \(ports.map(String.init).joined(separator: ", "))" }
            if let methods = rule.methods { text += ", \(methods.joined(separator: " "))" }
            if let paths = rule.paths { text += ", \(paths.joined(separator: " "))" }
            if rule.credentials == .any { text += ", any credentials" }
            return fact(title, text)
        }
    }

    private static func conditions(_ conditions: [Condition]?) -> [String] {
        (conditions ?? []).map { fact("Condition", "\($0.type)=\($0.status.rawValue) (\($0.reason)) \($0.message)") }
    }

    private static func fact(_ name: String, _ value: String) -> String {
        "\(name):".padding(to: 16) + value
    }
}
