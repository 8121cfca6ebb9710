internal import PalanaCore

/// What all agents of one tenant may have together. Two agents that are made in the same moment may both pass: each one's
/// own limits hold it down all the same.
struct TenantLimits {
    private let tenant: Tenant

    init(_ tenant: Tenant) {
        self.tenant = tenant
    }

    /// What keeps `agent` from being made, or changed to what it is now.
    /// - Parameters:
    ///   - others: the tenant's agents as they are, also those that are going and still have all they had; one of the same
    ///     name is the agent before the change.
    ///   - retained: sizes of workspaces that outlived their agent, by its name.
    func problems(
        with agent: Agent, among others: [Agent], retained: [String: String], templates: (String) -> AgentTemplate?
    ) -> [ValidationError] {
        templateProblems(agent) + quotaProblems(agent, others, retained, templates)
    }

    private func templateProblems(_ agent: Agent) -> [ValidationError] {
        guard let allowed = tenant.spec.allowedTemplates else { return [] }
        let path = FieldPath("spec.template")
        let advice = "the tenant \(tenant.metadata.name) allows \(allowed.joined(separator: ", "))"
        guard let name = agent.spec.template else { return [ValidationError(path, "missing; \(advice)")] }
        return allowed.contains(name) ? [] : [ValidationError(path, text: name, advice)]
    }

    func quotaProblems(
        _ agent: Agent, _ others: [Agent], _ retained: [String: String], _ templates: (String) -> AgentTemplate?
    ) -> [ValidationError] {
        guard let quota = tenant.spec.quota else { return [] }
        let rest = others.filter { $0.metadata.name != agent.metadata.name }
        let before = others.first { $0.metadata.name == agent.metadata.name }
        var problems: [ValidationError] = []
        if let limit = quota.agents, before == nil, rest.count >= limit {
            let sentence = "the tenant \(tenant.metadata.name) has \(rest.count) agents; its quota is \(limit)"
            problems.append(ValidationError(FieldPath("metadata.name"), text: agent.metadata.name, sentence))
        }
        func effective(_ agent: Agent) -> Agent { agent.effective(with: agent.spec.template.flatMap(templates)) }
        for share in QuotaShare.all {
            guard let text = quota[keyPath: share.limit], let limit = share.read(text) else { continue }
            let wanted = share.amount(effective(agent))
            // What only gets smaller passes, also above a quota that was made smaller than what is there.
            if let before, share.amount(effective(before)) >= wanted { continue }
            var used = rest.reduce(0) { Self.sum($0, share.amount(effective($1))) }
            // Those that agents have again are counted with them.
            let names = Set(rest.map(\.metadata.name) + [agent.metadata.name])
            if share.isKept {
                used = retained.filter { !names.contains($0.key) }.reduce(used) {
                    Self.sum($0, share.read($1.value) ?? 0)
                }
            }
            guard Self.sum(used, wanted) > limit else { continue }
            problems.append(
                ValidationError(
                    share.path, text: share.text(effective(agent)) ?? "",
                    "the tenant \(tenant.metadata.name) has \(share.show(used)) of \(text) in use; ask for less"))
        }
        return problems
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// One thing that a quota counts.
private struct QuotaShare: Sendable {
    let path: FieldPath
    let limit: any KeyPath<TenantQuota, String?> & Sendable
    let text: @Sendable (Agent) -> String?
    let read: @Sendable (String) -> Int?
    let show: @Sendable (Int) -> String
    /// Whether workspaces that outlived their agent count, too.
    var isKept = false

    /// What can't be read counts as everything: the validator has refused it before.
    func amount(_ agent: Agent) -> Int { text(agent).map { read($0) ?? .max } ?? 0 }

    static let all = [
        QuotaShare(
            path: FieldPath("spec.resources.limits.cpu"), limit: \.cpu, text: { $0.spec.resources?.limits?.cpu },
            read: Quantities.millicores, show: { "\($0)m" }),
        QuotaShare(
            path: FieldPath("spec.resources.limits.memory"), limit: \.memory,
            text: { $0.spec.resources?.limits?.memory }, read: Quantities.bytes, show: { "\($0 >> 20)Mi" }),
        QuotaShare(
            path: FieldPath("spec.workspace.size"), limit: \.storage, text: { $0.spec.workspace?.size },
            read: Quantities.bytes, show: { "\($0 >> 20)Mi" }, isKept: true),
    ]
}
