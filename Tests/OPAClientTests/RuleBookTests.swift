import PalanaCore
import Testing

@Suite struct RuleBookTests {
    private static let agent = AgentSnapshot(
        id: AgentID(rawValue: "agent-a"), name: "demo", owner: "alice@example.com", labels: ["team": "red"],
        egressDefault: .ask,
        allow: ["*.example.com", "api.example.com", "other.org", "*.b.example.com"].map { EgressRule(host: $0) })

    @Test(arguments: [
        ("api.example.com", ["spec.egress.allow[0]", "spec.egress.allow[1]"]), ("example.com", []),
        ("x.b.example.com", ["spec.egress.allow[0]", "spec.egress.allow[3]"]),
        ("b.example.com", ["spec.egress.allow[0]"]),
        ("other.org", ["spec.egress.allow[2]"]), ("x.other.org", []), ("badexample.com", []), ("", []), ("com", []),
    ])
    func `A host gets the rules that match it, in their order`(_ host: String, _ names: [String]) {
        let selection = RuleBook().select(for: Self.agent, host: host)
        #expect(selection.rules.allow.map(\.name) == names)
        #expect(selection.rules.default == .ask)
        #expect(selection.revision == RuleBook.unpublished)
    }

    @Test(arguments: [
        (PolicySelector(), true), (PolicySelector(owners: []), false),
        (PolicySelector(owners: ["alice@example.com"]), true),
        (PolicySelector(owners: ["bob@example.com"]), false), (PolicySelector(labels: ["team": "red"]), true),
        (PolicySelector(labels: ["team": "red", "zone": "a"]), false),
        (PolicySelector(owners: ["alice@example.com"], labels: ["team": "blue"]), false),
    ])
    func `Policies add their rules to the agents they select`(_ selector: PolicySelector, _ selected: Bool) {
        let book = RuleBook()
        let host = EgressRule(host: "api.example.com")
        book.enforce([PolicyRules(name: "p", selector: selector, allow: [host], deny: [host])], revision: "r")
        let rules = book.select(for: Self.agent, host: "api.example.com").rules
        #expect(rules.allow.map(\.name).contains("EgressPolicy/p allow[0]") == selected)
        #expect(rules.deny.map(\.name) == (selected ? ["EgressPolicy/p deny[0]"] : []))
    }

    @Test func `Another spelling of the same Unicode text is another owner`() {
        let selector = PolicySelector(owners: ["caf\u{e9}"])
        #expect(selector.selects(owner: "caf\u{e9}", labels: [:]))
        #expect(!selector.selects(owner: "cafe\u{301}", labels: [:]))
    }

    @Test func `A changed agent and a new set are seen at once`() {
        let book = RuleBook(agentLimit: 1)
        var agent = Self.agent
        #expect(book.select(for: agent, host: "other.org").rules.allow.count == 1)
        agent.allow = []
        #expect(book.select(for: agent, host: "other.org").rules.allow.isEmpty)
        book.enforce([PolicyRules(name: "p", deny: [EgressRule(host: "other.org")])], revision: "r2")
        let selection = book.select(for: agent, host: "other.org")
        #expect(selection.rules.deny.count == 1)
        #expect(selection.revision == "r2")
    }

    @Test func `An address never falls under a wildcard`() {
        let index = HostIndex([
            .init(name: "a", rule: EgressRule(host: "*.0.0.1")), .init(name: "b", rule: EgressRule(host: "127.0.0.1")),
        ])
        #expect(index.matching("127.0.0.1").map(\.name) == ["b"])
    }
}
