import Testing

@testable import PalanaCore

@Suite struct AgentNamesTests {
    static let owners = [
        "alice@example.com", "alice.example.com", "Alice@example.com", "alice@example.com ", "o'brien+x@ex.co",
        "obrien-x@ex.co",
        "o-brien-x-ex-co", String(repeating: "x", count: 200), String(repeating: "x", count: 199), "", " ", "-", "---",
        "\u{0430}lice@example.com", "\u{e9}ric@example.com", "e\u{301}ric@example.com", "日本", "1:a", "1:a1:b",
        "a\u{0}b",
    ]
    static let names = ["demo", "d", "demo-1", String(repeating: "n", count: 40)]

    @Test func `No two pairs of owner and name share an id, a tenant namespace or a vault user`() {
        let ids = Set(Self.owners.flatMap { owner in Self.names.map { AgentNames.agent(owner: owner, name: $0) } })
        #expect(ids.count == Self.owners.count * Self.names.count)
        #expect(Set(Self.owners.map(AgentNames.tenantNamespace)).count == Self.owners.count)
        #expect(Set(Self.owners.map(AgentNames.vaultUser)).count == Self.owners.count)
    }

    @Test(arguments: owners)
    func `Every derived name is a DNS label that ends in ten hex digits`(owner: String) {
        let derived =
            Self.names.map { AgentNames.agent(owner: owner, name: $0).rawValue }
            + [AgentNames.tenantNamespace(owner: owner), AgentNames.vaultUser(owner: owner)]
        for name in derived {
            #expect(NameRules.label(name) == nil, "\(name)")
            let hash = name.split(separator: "-").last ?? ""
            #expect(hash.count == 10 && hash.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        }
    }

    @Test func `The owner is cut to fit, the agent's name and the hash are not`() {
        let name = String(repeating: "n", count: AgentNames.maximumAgentNameLength)
        let id = AgentNames.agent(owner: String(repeating: "o", count: 200), name: name).rawValue
        #expect(id.count == 63)
        #expect(id.hasPrefix("agent-ooooo-\(name)-"))
    }

    /// `printf '17:alice@example.com4:demo' | sha256sum`
    @Test func `The hash is over netstrings of the raw values`() {
        #expect(
            AgentNames.agent(owner: "alice@example.com", name: "demo").rawValue
                == "agent-alice-example-com-demo-da786dd2be")
        #expect(AgentNames.vaultUser(owner: "alice@example.com") == "alice-example-com-c7c82ba145")
        #expect(AgentNames.tenantNamespace(owner: "alice@example.com") == "user-alice-example-com-c7c82ba145")
    }

    @Test func `Moving letters between owner and name makes another agent`() {
        #expect(AgentNames.agent(owner: "a-b", name: "c") != AgentNames.agent(owner: "a", name: "b-c"))
        #expect(AgentNames.agent(owner: "1:a", name: "b") != AgentNames.agent(owner: "1", name: "a1:b"))
    }

    @Test(arguments: [("o'brien+x@ex.co", "o-brien-x-ex-co"), ("ÄÖ", "x"), ("--a--B--", "a-b"), ("", "x")])
    func `A slug holds lower-case letters, digits and single dashes`(text: String, slug: String) {
        #expect(AgentNames.slug(text) == slug)
    }
}
