/// Decides whether an object can be taken. Pure: all problems at once, in the order of the fields.
public struct ResourceValidator: Sendable {
    public var support: FeatureSupport

    public init(support: FeatureSupport = .singleMachine) {
        self.support = support
    }

    /// - Parameter template: the template that an agent names, when there is one; for what only shows in both together.
    public func report(on resource: Resource, template: AgentTemplate? = nil) -> ValidationReport {
        switch resource {
        case .agent(let agent): report(on: agent, template: template)
        case .agentTemplate(let template): report(on: template)
        case .egressPolicy(let policy): report(on: policy)
        case .killSwitch(let kill): report(on: kill)
        case .tenant(let tenant): report(on: tenant)
        }
    }

    public func report(on agent: Agent, template: AgentTemplate? = nil) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        let spec = agent.spec
        report.check(metadata: agent.metadata, nameLimit: AgentNames.maximumAgentNameLength, support)
        if let owner = spec.owner { report.check(owner: owner, at: path.field("owner")) }
        if let name = spec.template { report.check(name, at: path.field("template")) { NameRules.label($0) } }
        report.check(image: spec.image, at: path.field("image"), support)
        report.check(command: spec.command, at: path.field("command"))
        report.check(environment: spec.env, at: path.field("env"))
        report.check(workspace: spec.workspace, at: path.field("workspace"), support)
        report.check(resources: spec.resources, at: path.field("resources"))
        report.check(runtimeClass: spec.runtimeClassName, at: path.field("runtimeClassName"), support)
        report.check(secrets: spec.secrets, at: path.field("secrets"), support)
        report.check(egress: spec.egress, at: path.field("egress"), support)
        report.check(ingress: spec.ingress, at: path.field("ingress"), support)
        report.check(idle: spec.idle, at: path.field("idle"), support)
        report.check(ttl: spec.ttl, action: spec.ttlAction, at: path, support)
        report.check(wake: spec.wake, at: path.field("wake"), support)
        report.checkTogether(agent, with: template, support)
        return report
    }

    public func report(on template: AgentTemplate) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        let spec = template.spec
        report.check(metadata: template.metadata, nameLimit: 63, support)
        report.check(image: spec.image, at: path.field("image"), support)
        report.check(command: spec.command, at: path.field("command"))
        report.check(environment: spec.env, at: path.field("env"))
        report.check(resources: spec.resources, at: path.field("resources"))
        report.check(secrets: spec.secrets, at: path.field("secrets"), support)
        report.check(egress: spec.egress, at: path.field("egress"), support)
        report.check(idle: spec.idle, at: path.field("idle"), support)
        report.checkNames(environment: spec.env, secrets: spec.secrets)
        return report
    }

    public func report(on policy: EgressPolicy) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        let spec = policy.spec
        report.check(metadata: policy.metadata, nameLimit: 63, support)
        report.check(selector: spec.agentSelector, at: path.field("agentSelector"))
        report.check(rules: spec.allow, at: path.field("allow"))
        report.check(rules: spec.deny, at: path.field("deny"))
        report.check(rego: spec.rego, at: path.field("rego"))
        let rules = (spec.allow ?? []).count + (spec.deny ?? []).count
        if rules == 0, spec.rego == nil { report.errors.append(.init(path, "says nothing; give allow, deny or rego")) }
        if spec.grants == true, spec.rego == nil {
            report.errors.append(.init(path.field("grants"), "only has a meaning for a rego module; leave it out"))
        }
        return report
    }

    /// What may not change while an object lives.
    public func reportOnChange(from old: Resource, to new: Resource) -> ValidationReport {
        if case .tenant(let before) = old, case .tenant(let after) = new {
            return Self.changeReport(from: before.spec, to: after.spec)
        }
        if case .killSwitch(let before) = old, case .killSwitch(let after) = new {
            return Self.changeReport(from: before.spec, to: after.spec)
        }
        var report = ValidationReport()
        guard case .agent(let before) = old, case .agent(let after) = new else { return report }
        if support.features.contains(.storageClass) {
            report.checkChange(from: before.spec.workspace, to: after.spec.workspace)
        }
        guard let owner = after.spec.owner, !(before.spec.owner ?? "").utf8.elementsEqual(owner.utf8) else {
            return report
        }
        let problem =
            "the owner can't change (it is \(ShownText.quoted(before.spec.owner ?? ""))); "
            + "delete the agent and create it anew"
        report.errors.append(.init(FieldPath("spec.owner"), text: owner, problem))
        return report
    }
}
