/// What a tenant may say.
extension ResourceValidator {
    public func report(on tenant: Tenant) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        report.check(kind: .tenant, support)
        report.check(metadata: tenant.metadata, nameLimit: 63, support)
        report.check(owner: tenant.spec.owner, at: path.field("owner"))
        if ["system:anonymous", "system:unauthenticated"].contains(tenant.spec.owner) {
            report.errors.append(
                .init(path.field("owner"), text: tenant.spec.owner, "is anybody at all; name a user or a group"))
        }
        report.check(quota: tenant.spec.quota, at: path.field("quota"))
        report.check(templates: tenant.spec.allowedTemplates, at: path.field("allowedTemplates"))
        return report
    }

    static func changeReport(from before: TenantSpec, to after: TenantSpec) -> ValidationReport {
        var report = ValidationReport()
        let advice = "; delete the tenant and create another one"
        if !before.owner.utf8.elementsEqual(after.owner.utf8) {
            let problem = "the owner can't change (it is \(ShownText.quoted(before.owner)))" + advice
            report.errors.append(.init(FieldPath("spec.owner"), text: after.owner, problem))
        }
        let (old, new) = (before.ownerKind ?? .user, after.ownerKind ?? .user)
        if old != new {
            let problem = "the owner's kind can't change (it is \(old.rawValue))" + advice
            report.errors.append(.init(FieldPath("spec.ownerKind"), text: new.rawValue, problem))
        }
        return report
    }
}

extension ValidationReport {
    mutating func check(kind: ResourceKind, _ support: FeatureSupport) {
        guard let problem = support.problem(with: kind) else { return }
        errors.append(.init(FieldPath("kind"), text: kind.rawValue, problem))
    }

    fileprivate mutating func check(quota: TenantQuota?, at path: FieldPath) {
        guard let quota else { return }
        if let agents = quota.agents, agents < 0 {
            errors.append(.init(path.field("agents"), number: agents, "must be 0 or more"))
        }
        if let cpu = quota.cpu {
            check(cpu, at: path.field("cpu")) {
                Quantities.millicores($0) == nil ? "must be cores like 8, 0.5 or 500m" : nil
            }
        }
        for (name, text) in [("memory", quota.memory), ("storage", quota.storage)] {
            guard let text else { continue }
            check(text, at: path.field(name)) { Quantities.bytes($0) == nil ? "must be a size like 512Mi or 2Gi" : nil }
        }
    }

    fileprivate mutating func check(templates: [String]?, at path: FieldPath) {
        guard let templates else { return }
        if templates.isEmpty {
            errors.append(.init(path, "empty, no agent could be made; leave it out for all templates"))
        }
        checkCount(templates, limit: ValidationLimits.listItems, at: path)
        for (index, name) in templates.enumerated() {
            check(name, at: path[index]) { NameRules.label($0) }
            if templates[..<index].contains(name) {
                errors.append(.init(path[index], text: name, "given twice; keep one of them"))
            }
        }
    }
}
