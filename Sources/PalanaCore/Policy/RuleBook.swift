import Synchronization

/// The policies in force, and the rules that one request is decided by: the agent's own and those of the policies that
/// select it, as far as their host matches. Rules and revision come from one moment, so a decision never mixes two
/// sets.
public final class RuleBook: Sendable {
    /// What to put into a `PolicyInput`.
    public struct Selection: Sendable, Hashable {
        public let rules: PolicyInput.Rules
        public let revision: String
    }

    /// The revision before any policy was published; OPA holds none of that name, so everything is refused.
    public static let unpublished = "none"

    fileprivate struct Indexed {
        let agent: AgentSnapshot
        let allow: HostIndex
        let deny: HostIndex
    }

    fileprivate struct State {
        var revision = RuleBook.unpublished
        var policies: [PolicyRules] = []
        var agents: [AgentID: Indexed] = [:]
    }

    private let state = Mutex(State())
    private let agentLimit: Int

    /// - Parameter agentLimit: how many agents' rules are kept indexed; when more are alive, all are indexed anew.
    public init(agentLimit: Int = 4096) {
        self.agentLimit = agentLimit
    }

    /// The revision that decisions are asked under.
    public var revision: String { state.withLock(\.revision) }

    /// The policies in force.
    public var policies: [PolicyRules] { state.withLock(\.policies) }

    /// Puts another set in force, at once and for every request that comes after.
    public func enforce(_ policies: [PolicyRules], revision: String) {
        state.withLock { $0 = State(revision: revision, policies: policies) }
    }

    /// The rules for one request of `agent` to a normalised `host`.
    public func select(for agent: AgentSnapshot, host: String) -> Selection {
        state.withLock { state in
            let indexed = state.index(agent, limit: agentLimit)
            let rules = PolicyInput.Rules(
                default: agent.egressDefault, allow: indexed.allow.matching(host), deny: indexed.deny.matching(host))
            return Selection(rules: rules, revision: state.revision)
        }
    }
}

extension RuleBook.State {
    /// Snapshots that share their storage compare in constant time, so an unchanged agent is not indexed again.
    fileprivate mutating func index(_ agent: AgentSnapshot, limit: Int) -> RuleBook.Indexed {
        if let known = agents[agent.id], known.agent == agent { return known }
        if agents.count >= limit { agents.removeAll() }
        let selected = policies.filter { $0.selector.selects(owner: agent.owner, labels: agent.labels) }
        let own = PolicyInput.NamedRule.numbered(agent.allow, in: "spec.egress.allow")
        let indexed = RuleBook.Indexed(
            agent: agent,
            allow: HostIndex(
                own + selected.flatMap { PolicyInput.NamedRule.numbered($0.allow, in: "EgressPolicy/\($0.name) allow") }
            ),
            deny: HostIndex(
                selected.flatMap { PolicyInput.NamedRule.numbered($0.deny, in: "EgressPolicy/\($0.name) deny") }))
        agents[agent.id] = indexed
        return indexed
    }
}

extension PolicyInput.NamedRule {
    /// Names a list's rules by their place in it: `spec.egress.allow[2]`.
    public static func numbered(_ rules: [EgressRule], in list: String) -> [PolicyInput.NamedRule] {
        rules.enumerated().map { PolicyInput.NamedRule(name: "\(list)[\($0.offset)]", rule: $0.element) }
    }
}
