/// The parts of a spec that have few rules, and what only shows when the parts are seen together.
extension ValidationReport {
    mutating func check(egress: Egress?, at path: FieldPath, _ support: FeatureSupport) {
        if egress?.default == .ask { check(.egressAsk, at: path.field("default"), text: "ask", support) }
        check(rules: egress?.allow, at: path.field("allow"))
        check(peers: egress?.peers, at: path.field("peers"), support)
    }

    mutating func check(selector: AgentSelector?, at path: FieldPath) {
        check(labels: selector?.labels, at: path.field("labels"))
        checkCount(selector?.owners, limit: ValidationLimits.listItems, at: path.field("owners"))
        if selector?.owners?.isEmpty == true {
            errors.append(.init(path.field("owners"), "empty, it would match no agent; leave it out for all owners"))
        }
        for (index, owner) in (selector?.owners ?? []).enumerated() {
            check(owner: owner, at: path.field("owners")[index])
        }
    }

    mutating func check(rego: String?, at path: FieldPath) {
        guard let rego else { return }
        if rego.allSatisfy(\.isWhitespace) { errors.append(.init(path, "empty; leave it out")) }
        if rego.utf8.count > ValidationLimits.rego {
            errors.append(.init(path, "\(rego.utf8.count) bytes; at most \(ValidationLimits.rego) fit"))
        }
    }

    /// What an agent and its template make together.
    mutating func checkTogether(_ agent: Agent, with template: AgentTemplate?, _ support: FeatureSupport) {
        let whole = agent.effective(with: template)
        // A template that isn't there may bring the image yet.
        let mayStillCome = agent.spec.template != nil && template == nil
        if whole.spec.image == nil, !mayStillCome, !support.features.contains(.hostFiles) {
            let problem = "missing, here and in the template; name an image like ghcr.io/example/agent:1"
            errors.append(.init(FieldPath("spec.image"), problem))
        }
        checkNames(environment: whole.spec.env, secrets: whole.spec.secrets)
        if whole.spec.wake != nil, whole.spec.idle == nil, !mayStillCome, support.problem(with: .wake) == nil {
            let problem = "only wakes an agent that was suspended for doing nothing; give spec.idle"
            errors.append(.init(FieldPath("spec.wake"), problem))
        }
        let path = FieldPath("spec.egress.allow")
        let rules = whole.spec.egress?.allow ?? []
        if rules.count > ValidationLimits.allowRules,
            agent.spec.egress?.allow?.count ?? 0 <= ValidationLimits.allowRules
        {
            errors.append(
                .init(path, "\(rules.count) rules with the template's; at most \(ValidationLimits.allowRules) fit"))
        }
        guard whole.spec.egress?.default == .deny else { return }
        for (index, secret) in (agent.spec.secrets ?? []).enumerated() where secret.mode ?? .proxy == .proxy {
            for (number, host) in (secret.hosts ?? []).enumerated() {
                let isCovered = rules.contains { HostRules.covers($0.host, host) || HostRules.covers(host, $0.host) }
                guard !isCovered, HostRules.problem(with: host) == nil else { continue }
                let place = FieldPath("spec.secrets")[index].field("hosts")[number]
                warnings.append(.init(place, text: host, "no rule of spec.egress.allow reaches this host"))
            }
        }
    }

    /// A secret's name is the variable that holds its placeholder, so no other variable can have it.
    mutating func checkNames(environment: [EnvironmentVariable]?, secrets: [AgentSecret]?) {
        let names = Set((environment ?? []).map(\.name))
        for secret in secrets ?? [] where secret.mode ?? .proxy == .proxy && names.contains(secret.name) {
            let problem = "also the name of a variable in spec.env; rename one of them"
            errors.append(.init(FieldPath("spec.secrets"), text: secret.name, problem))
        }
    }
}
