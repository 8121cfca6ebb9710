internal import PalanaCore

/// What all agents of one tenant may have together. Two agents that are made in the same moment may both pass: each one's
/// own limits hold it down all the same.
struct TenantLimits {
    private let tenant: Tenant

    init(_ tenant: Tenant) {
        self.tenant = tenant
    }

    /// What keeps `agent` from being made, or changed to what it is now.
    /// - Parameter others: the tenant's agents as they are; one of the same name is the agent before the change.
    func problems(
        with agent: Agent, among others: [Agent], templates: (String) -> AgentTemplate?
    ) -> [ValidationError] {
        templateProblems(agent) + quotaProblems(agent, others.filter { !$0.isTerminating }, templates)
    }

    private func templateProblems(_ agent: Agent) -> [ValidationError] {
        guard let allowed = tenant.spec.allowedTemplates else { return [] }
        let path = FieldPath("spec.template")
        let advice = "the tenant \(tenant.metadata.name) allows \(allowed.joined(separator: ", "))"
        guard let name = agent.spec.template else { return [ValidationError(path, "missing; \(advice)")] }
        return allowed.contains(name) ? [] : [ValidationError(path, text: name, advice)]
    }

    private func quotaProblems(
        _ agent: Agent, _ others: [Agent], _ templates: (String) -> AgentTemplate?
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
            let used = rest.reduce(0) { Self.sum($0, share.amount(effective($1))) }
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

extension Agent {
    fileprivate var isTerminating: Bool { metadata.deletionTimestamp != nil }
}

/// One thing that a quota counts.
private struct QuotaShare: Sendable {
    let path: FieldPath
    let limit: any KeyPath<TenantQuota, String?> & Sendable
    let text: @Sendable (Agent) -> String?
    let read: @Sendable (String) -> Int?
    let show: @Sendable (Int) -> String

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
            read: Quantities.bytes, show: { "\($0 >> 20)Mi" }),
    ]
}
