/// Rules of the platform's own (`EgressPolicy`) that apply to one agent, with the revision of the modules that decide.
/// Read once per request, so that rules and revision belong together.
public struct PlatformRules: Sendable, Hashable {
    public var revision: String
    public var allow: [PolicyInput.NamedRule]
    public var deny: [PolicyInput.NamedRule]
    /// A module may allow what no rule names (`grants: true`); then only the full decision can tell.
    public var modulesMayGrant: Bool

    public init(
        revision: String, allow: [PolicyInput.NamedRule] = [], deny: [PolicyInput.NamedRule] = [],
        modulesMayGrant: Bool = false
    ) {
        self.revision = revision
        self.allow = allow
        self.deny = deny
        self.modulesMayGrant = modulesMayGrant
    }
}

/// The rules that name one host: what the policy is shown of them, however many an agent has.
public struct RuleSelection: Sendable, Hashable {
    public var allow: [PolicyInput.NamedRule]
    public var deny: [PolicyInput.NamedRule]

    public init(host: HostName, agent: AgentSnapshot, platform: PlatformRules) {
        allow = []
        for (index, rule) in agent.allow.enumerated() where HostPattern.matches(rule.host, host) {
            allow.append(PolicyInput.NamedRule(name: "spec.egress.allow[\(index)]", rule: rule))
        }
        allow += platform.allow.filter { HostPattern.matches($0.rule.host, host) }
        deny = platform.deny.filter { HostPattern.matches($0.rule.host, host) }
    }

    /// Narrows to one scheme and port.
    public func covering(scheme: RequestScheme, port: Int) -> RuleSelection {
        var result = self
        result.allow.removeAll { !$0.rule.covers(scheme: scheme, port: port) }
        // A deny rule without ports denies every port.
        result.deny.removeAll { rule in rule.rule.ports.map { !$0.contains(port) } ?? false }
        return result
    }

    /// Tightens for paths that servers read differently: with `//` only rules for `/**` allow; a deny rule that names the
    /// lenient reading denies whatever the sent form looks like.
    public func tightened(for path: RequestPath) -> RuleSelection {
        var result = self
        if path.hasEmptySegment {
            result.allow = result.allow.compactMap(RuleSelection.anyPathOnly)
        }
        if path.lenient != path.matching {
            result.deny = result.deny.map { RuleSelection.widened($0, to: path.lenient) }
        }
        return result
    }

    private static func anyPathOnly(_ named: PolicyInput.NamedRule) -> PolicyInput.NamedRule? {
        guard let paths = named.rule.paths else { return named }
        guard paths.contains("/**") else { return nil }
        var narrowed = named
        narrowed.rule.paths = ["/**"]
        return narrowed
    }

    private static func widened(_ named: PolicyInput.NamedRule, to path: String) -> PolicyInput.NamedRule {
        guard let paths = named.rule.paths, paths.contains(where: { PathGlob.matches($0, path) }) else { return named }
        var widened = named
        widened.rule.paths = nil
        return widened
    }
}
