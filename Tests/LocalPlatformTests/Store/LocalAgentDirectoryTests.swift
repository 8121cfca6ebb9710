import Foundation
import LocalPlatform
import PalanaCore
import Testing

@Suite struct LocalAgentDirectoryTests {
    private let folder: StoreFolder
    private let store: LocalStore
    private let directory: LocalAgentDirectory

    init() throws {
        folder = try StoreFolder()
        store = try LocalStore(folder: "\(folder.path)/s")
        directory = LocalAgentDirectory(
            store: store, placeholders: try StoredPlaceholders(folder: "\(folder.path)/p"))
    }

    private func agent(_ name: String = "demo", secrets: [AgentSecret] = [], template: String? = nil) -> Agent {
        Agent(metadata: ObjectMeta(name: name), spec: AgentSpec(owner: "alice", template: template, secrets: secrets))
    }

    private let key = AgentSecret(name: "KEY", hosts: ["a.example.com"], placeholder: "k_{random:32}")

    private func placeholder(_ agent: Agent) throws -> String {
        try #require(directory.agent(agent.id)?.secrets.first?.placeholder)
    }

    @Test func `Nobody is known before the first refresh`() async throws {
        try await store.put(.agent(agent()), if: .none)
        #expect(directory.agent(agent().id) == nil)
        try await directory.refresh()
        #expect(directory.agent(agent().id)?.egressDefault == .deny)
    }

    @Test func `A placeholder leads to its agent and secret and to no other`() async throws {
        try await store.put(.agent(agent(secrets: [key, AgentSecret(name: "READ", mode: .agent)])), if: .none)
        try await store.put(.agent(agent("other", secrets: [key])), if: .none)
        try await directory.refresh()
        let value = try placeholder(agent())
        #expect(value.hasPrefix("k_") && value.count == 34)
        let holder = try #require(directory.holder(ofPlaceholder: value))
        #expect(holder.agent == agent().id && holder.secret == "KEY")
        #expect(try placeholder(agent("other")) != value)
        #expect(directory.holder(ofPlaceholder: value + "x") == nil)
    }

    @Test func `Placeholders survive a restart and changes of anything but their pattern`() async throws {
        try await store.put(.agent(agent(secrets: [key])), if: .none)
        try await directory.refresh()
        let value = try placeholder(agent())
        var moved = key
        moved.hosts = ["b.example.com"]
        try await store.put(.agent(agent(secrets: [moved])), if: .none)
        let again = LocalAgentDirectory(store: store, placeholders: try StoredPlaceholders(folder: "\(folder.path)/p"))
        try await again.refresh()
        #expect(again.agent(agent().id)?.secrets.first?.placeholder == value)
        moved.placeholder = "other_{random:32}"
        try await store.put(.agent(agent(secrets: [moved])), if: .none)
        try await again.refresh()
        #expect(again.agent(agent().id)?.secrets.first?.placeholder?.hasPrefix("other_") == true)
    }

    @Test func `A placeholder whose secret was removed is still recognised`() async throws {
        try await store.put(.agent(agent(secrets: [key])), if: .none)
        try await directory.refresh()
        let value = try placeholder(agent())
        try await store.put(.agent(agent()), if: .none)
        try await directory.refresh()
        #expect(directory.agent(agent().id)?.secrets.isEmpty == true)
        #expect(directory.holder(ofPlaceholder: value)?.secret == "KEY")
    }

    @Test func `An agent that is deleted is forgotten, and a new one of its name gets new placeholders`() async throws {
        try await store.put(.agent(agent(secrets: [key])), if: .none)
        try await directory.refresh()
        let value = try placeholder(agent())
        try await store.delete(ResourceKey(.agent, "demo"))
        try await directory.refresh()
        #expect(directory.agent(agent().id) == nil && directory.holder(ofPlaceholder: value) == nil)
        try await store.put(.agent(agent(secrets: [key])), if: .none)
        try await directory.refresh()
        #expect(try placeholder(agent()) != value)
        #expect(directory.holder(ofPlaceholder: value) == nil)
    }

    @Test func `Placeholder files of agents that are gone are removed at the start`() async throws {
        try await store.put(.agent(agent(secrets: [key])), if: .none)
        try await directory.refresh()
        #expect(try folder.files().contains("p/\(agent().id).json"))
        #expect(try folder.mode("p/\(agent().id).json") == 0o600)
        try await store.delete(ResourceKey(.agent, "demo"))
        let again = LocalAgentDirectory(store: store, placeholders: try StoredPlaceholders(folder: "\(folder.path)/p"))
        try await again.refresh()
        #expect(try folder.files().isEmpty)
    }

    @Test func `A refresh takes in what changed and leaves the rest`() async throws {
        for name in ["a", "b", "c"] { try await store.put(.agent(agent(name, secrets: [key])), if: .none) }
        try await directory.refresh()
        let before = try ["a", "b", "c"].map { try placeholder(agent($0)) }
        var changed = agent("b", secrets: [key])
        changed.spec.egress = Egress(default: .observe)
        try await store.put(.agent(changed), if: .none)
        try await store.delete(ResourceKey(.agent, "c"))
        try await store.put(.agent(agent("d", secrets: [key])), if: .none)
        try await directory.refresh()
        #expect(try ["a", "b"].map { try placeholder(agent($0)) } == Array(before.prefix(2)))
        #expect(directory.agent(agent("b").id)?.egressDefault == .observe)
        #expect(directory.agent(agent("a").id)?.egressDefault == .deny)
        #expect(directory.agent(agent("c").id) == nil && directory.holder(ofPlaceholder: before[2]) == nil)
        #expect(directory.holder(ofPlaceholder: try placeholder(agent("d")))?.agent == agent("d").id)
        // The same name again is another agent's life: nothing of the deleted one comes back.
        try await store.delete(ResourceKey(.agent, "a"))
        try await store.put(.agent(agent("a", secrets: [key])), if: .none)
        try await directory.refresh()
        #expect(try placeholder(agent("a")) != before[0])
    }

    @Test func `A damaged placeholder file is named`() throws {
        try FileManager.default.createDirectory(atPath: "\(folder.path)/q", withIntermediateDirectories: false)
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/q/a.json"))
        let failure = #expect(throws: StoreFailure.self) { _ = try StoredPlaceholders(folder: "\(folder.path)/q") }
        #expect(failure?.description.contains("\(folder.path)/q/a.json is damaged") == true)
    }

    @Test func `A template's rules hold until it is gone`() async throws {
        let template = AgentTemplate(
            metadata: ObjectMeta(name: "base"),
            spec: AgentTemplateSpec(egress: Egress(default: .observe, allow: [EgressRule(host: "a.example.com")])))
        try await store.put(.agentTemplate(template), if: .none)
        try await store.put(.agent(agent(template: "base")), if: .none)
        try await directory.refresh()
        #expect(directory.agent(agent().id)?.allow.map(\.host) == ["a.example.com"])
        try await store.delete(ResourceKey(.agentTemplate, "base"))
        try await directory.refresh()
        let left = try #require(directory.agent(agent().id))
        #expect(left.allow.isEmpty && left.egressDefault == .deny)
    }

    @Test(.timeLimit(.minutes(1))) func `Changes begin with all agents and a slow reader sees the latest set`()
        async throws
    {
        try await store.put(.agent(agent("a")), if: .none)
        try await directory.refresh()
        var changes = directory.changes().makeAsyncIterator()
        #expect(await changes.next() == [agent("a").id])
        for name in ["b", "c"] {
            try await store.put(.agent(agent(name)), if: .none)
            try await directory.refresh()
        }
        #expect(await changes.next() == [agent("a").id, agent("b").id, agent("c").id])
        directory.close()
        #expect(await changes.next() == nil)
    }

    @Test(.timeLimit(.minutes(1))) func `Refreshes that overlap leave what was written last and one placeholder each`()
        async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await store.put(.agent(agent("a\(number)", secrets: [key])), if: .none)
                    try await directory.refresh()
                }
            }
            try await group.waitForAll()
        }
        var values: Set<String> = []
        for number in 0..<20 { values.insert(try placeholder(agent("a\(number)"))) }
        #expect(values.count == 20)
        let again = LocalAgentDirectory(store: store, placeholders: try StoredPlaceholders(folder: "\(folder.path)/p"))
        try await again.refresh()
        for number in 0..<20 {
            #expect(again.agent(agent("a\(number)").id) == directory.agent(agent("a\(number)").id))
        }
    }
}
