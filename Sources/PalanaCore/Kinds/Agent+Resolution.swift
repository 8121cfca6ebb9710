extension Agent {
    /// The agent as it runs: what it says itself, then its template's values, then the defaults.
    public func effective(with template: AgentTemplate?) -> Agent {
        resolved(with: template).defaulted()
    }

    /// The agent with its template's values where it says nothing itself.
    ///
    /// - `image`, `command`, `idle`, `egress.default` and each limit: the agent's own value wins.
    /// - `env` and `secrets`: by name; an entry of the agent's replaces the template's whole entry of that name. The
    ///   template's come first, in their order.
    /// - `egress.allow`: the agent's own rules, then the template's. A template is what an agent builds on; to narrow
    ///   what a template grants there is `EgressPolicy`. The agent's own come first so that `spec.egress.allow[2]` in a
    ///   decision is the line that its owner wrote.
    ///
    /// A nil template changes nothing: an agent whose template is gone can only reach less.
    public func resolved(with template: AgentTemplate?) -> Agent {
        guard let base = template?.spec else { return self }
        var agent = self
        agent.spec.image = spec.image ?? base.image
        agent.spec.command = spec.command ?? base.command
        agent.spec.idle = spec.idle ?? base.idle
        agent.spec.env = Self.merged(base.env, spec.env, by: \.name)
        agent.spec.secrets = Self.merged(base.secrets, spec.secrets, by: \.name)
        agent.spec.resources = spec.resources.merged(over: base.resources)
        agent.spec.egress = spec.egress.merged(over: base.egress)
        return agent
    }

    private static func merged<Element>(
        _ base: [Element]?, _ own: [Element]?, by name: (Element) -> String
    ) -> [Element]? {
        guard let base else { return own }
        guard let own else { return base }
        let ownByName = Dictionary(own.map { (name($0), $0) }) { first, _ in first }
        let baseNames = Set(base.map(name))
        return base.map { ownByName[name($0)] ?? $0 } + own.filter { !baseNames.contains(name($0)) }
    }
}

extension Resources? {
    fileprivate func merged(over base: Resources?) -> Resources? {
        guard let own = self?.limits else { return base ?? self }
        guard let base = base?.limits else { return self }
        return Resources(limits: .init(cpu: own.cpu ?? base.cpu, memory: own.memory ?? base.memory))
    }
}

extension Egress? {
    fileprivate func merged(over base: Egress?) -> Egress? {
        guard let own = self else { return base }
        guard let base else { return self }
        let allow = (own.allow ?? []) + (base.allow ?? [])
        return Egress(
            default: own.default ?? base.default, allow: allow.isEmpty ? own.allow : allow,
            peers: own.peers ?? base.peers)
    }
}
