import Foundation
import LocalPlatform
import PalanaCore
import Testing

@Suite struct LocalStoreTests {
    private let folder: StoreFolder
    private let store: LocalStore

    init() throws {
        folder = try StoreFolder()
        store = try LocalStore(folder: "\(folder.path)/s")
    }

    private func agent(
        _ name: String = "demo", owner: String? = "alice", _ change: (inout AgentSpec) -> Void = { _ in }
    ) -> Resource {
        var spec = AgentSpec(owner: owner)
        change(&spec)
        return .agent(Agent(metadata: ObjectMeta(name: name), spec: spec))
    }

    private func spec(_ resource: Resource) throws -> AgentSpec {
        guard case .agent(let agent) = resource else { throw StoreFailure.notFound(resource.key) }
        return agent.spec
    }

    private static func changed(_ resource: Resource, _ change: (inout Agent) -> Void) -> Resource {
        guard case .agent(var agent) = resource else { return resource }
        change(&agent)
        return .agent(agent)
    }

    @Test func `What was put is there after a restart, in private files`() async throws {
        let stored = try await store.put(agent(), if: .absent)
        #expect(
            stored.metadata.generation == 1 && stored.metadata.uid != nil && stored.metadata.creationTimestamp != nil)
        let again = try LocalStore(folder: "\(folder.path)/s")
        #expect(try await again.get(stored.key) == stored)
        #expect(try folder.files() == ["s/agent/demo.json"])
        #expect(try folder.mode("s/agent/demo.json") == 0o600)
        #expect(try folder.mode("s") == 0o700 && folder.mode("s/agent") == 0o700)
    }

    @Test func `A change of the spec counts a generation, a status does not`() async throws {
        let first = try await store.put(agent(), if: .none)
        let second = try await store.put(agent { $0.command = ["sh"] }, if: .none)
        #expect(second.metadata.generation == 2)
        let withStatus = Self.changed(second) { $0.status = AgentStatus(phase: .running) }
        let third = try await store.putStatus(withStatus)
        #expect(third.metadata.generation == 2)
        #expect(third.metadata.resourceVersion != second.metadata.resourceVersion)
        #expect(third.metadata.uid == first.metadata.uid)
        #expect(try await store.get(third.key) == withStatus.with(version: third.metadata.resourceVersion))
    }

    @Test func `Putting an object does not touch its status, putting a status not its spec`() async throws {
        let stored = try await store.put(agent(), if: .none)
        try await store.putStatus(Self.changed(stored) { $0.status = AgentStatus(phase: .running) })
        let put = try await store.put(
            Self.changed(agent { $0.command = ["a"] }) { $0.status = AgentStatus(phase: .failed) }, if: .none)
        guard case .agent(let agent) = put else { return }
        #expect(agent.status?.phase == .running)
        let status = try await store.putStatus(Self.changed(put) { $0.spec.command = ["evil"] })
        #expect(try spec(status).command == ["a"])
    }

    @Test func `An equal object is not written again`() async throws {
        let first = try await store.put(agent(), if: .none)
        let second = try await store.put(agent(), if: .none)
        #expect(first == second)
    }

    @Test func `A writer who read before another one's change is told of the conflict`() async throws {
        let first = try await store.put(agent(), if: .none)
        let second = try await store.put(Self.changed(first) { $0.spec.command = ["a"] }, if: .none)
        await #expect(throws: StoreFailure.conflict(first.key, current: second.metadata.resourceVersion ?? "")) {
            try await store.put(Self.changed(first) { $0.spec.command = ["b"] }, if: .none)
        }
        #expect(try spec(try await store.get(first.key)).command == ["a"])
    }

    @Test func `A status written in between is no conflict, since nothing of it is lost`() async throws {
        let first = try await store.put(agent(), if: .none)
        try await store.putStatus(Self.changed(first) { $0.status = AgentStatus(phase: .running) })
        let second = try await store.put(Self.changed(first) { $0.spec.command = ["b"] }, if: .none)
        guard case .agent(let agent) = second else { return }
        #expect(agent.spec.command == ["b"] && agent.status?.phase == .running)
    }

    @Test func `Conditions of a write are kept`() async throws {
        let key = ResourceKey(.agent, "demo")
        await #expect(throws: StoreFailure.notFound(key)) { try await store.put(agent(), if: .present) }
        try await store.put(agent(), if: .absent)
        await #expect(throws: StoreFailure.alreadyExists(key)) { try await store.put(agent(), if: .absent) }
        await #expect(throws: StoreFailure.notFound(ResourceKey(.agent, "x"))) {
            try await store.delete(ResourceKey(.agent, "x"))
        }
    }

    @Test func `An agent without an owner or with another one is refused`() async throws {
        await #expect(throws: StoreFailure.refused(ResourceKey(.agent, "demo"), "spec.owner is missing")) {
            try await store.put(agent(owner: nil), if: .none)
        }
        try await store.put(agent(), if: .none)
        await #expect(throws: StoreFailure.self) { try await store.put(agent(owner: "bob"), if: .none) }
        await #expect(throws: StoreFailure.self) { try await store.put(agent(owner: nil), if: .none) }
    }

    @Test(arguments: ["../demo", "a/b", "", ".", "Demo", "a\u{0}b", ".draft-x"])
    func `A name that is no label reaches no file`(name: String) async throws {
        await #expect(throws: StoreFailure.self) { try await store.put(agent(name), if: .none) }
        #expect(try folder.files().isEmpty)
    }

    @Test func `An object of an earlier life is not taken for this one`() async throws {
        let old = try await store.put(agent(), if: .none)
        try await store.delete(old.key)
        await #expect(throws: StoreFailure.self) { try await store.put(old, if: .none) }
        let new = try await store.put(agent(), if: .none)
        #expect(new.metadata.uid != old.metadata.uid)
        await #expect(throws: StoreFailure.self) { try await store.put(old, if: .none) }
        await #expect(throws: StoreFailure.notFound(old.key)) { try await store.putStatus(old) }
    }

    @Test(arguments: ["", "{", "{}", "null", #"{"kind":"Agent"}"#, "\u{0}\u{0}\u{0}"])
    func `A damaged file is named and refused`(content: String) async throws {
        try await store.put(agent(), if: .none)
        let file = "\(folder.path)/s/agent/demo.json"
        try Data(content.utf8).write(to: URL(fileURLWithPath: file))
        let failure = #expect(throws: StoreFailure.self) { _ = try LocalStore(folder: "\(folder.path)/s") }
        #expect(failure?.description.hasPrefix("\(file) is damaged: ") == true)
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test func `A file that was cut anywhere is never taken for an object`() async throws {
        try await store.put(agent { $0.command = ["sh"] }, if: .none)
        let file = URL(fileURLWithPath: "\(folder.path)/s/agent/demo.json")
        let whole = try Data(contentsOf: file)
        // The last two bytes are `}` and a line break: without the line break it is still whole.
        for count in 0..<whole.count - 1 {
            try whole.prefix(count).write(to: file)
            #expect(throws: StoreFailure.self) { _ = try LocalStore(folder: "\(folder.path)/s") }
        }
    }

    @Test func `A file under another object's name is refused`() async throws {
        try await store.put(agent(), if: .none)
        let agents = "\(folder.path)/s/agent"
        try FileManager.default.moveItem(atPath: "\(agents)/demo.json", toPath: "\(agents)/other.json")
        #expect(throws: StoreFailure.self) { _ = try LocalStore(folder: "\(folder.path)/s") }
    }

    @Test func `Drafts that a crash left are removed and not read`() async throws {
        try await store.put(agent(), if: .none)
        try Data("{".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/s/agent/.draft-1"))
        let again = try LocalStore(folder: "\(folder.path)/s")
        #expect(await again.list(.agent).count == 1)
        #expect(try folder.files() == ["s/agent/demo.json"])
    }

    @Test func `Objects are listed by name`() async throws {
        for name in ["c", "a", "b"] { try await store.put(agent(name), if: .none) }
        #expect(await store.list(.agent).map(\.metadata.name) == ["a", "b", "c"])
        #expect(await store.list(.egressPolicy).isEmpty)
    }

    @Test func `An object that is too large is refused and nothing is written`() async throws {
        let large = agent { $0.command = Array(repeating: String(repeating: "x", count: 60_000), count: 20) }
        await #expect(throws: StoreFailure.self) { try await store.put(large, if: .none) }
        #expect(try folder.files().isEmpty)
        #expect(await store.list(.agent).isEmpty)
    }

    @Test func `An agent runs with its template's values`() async throws {
        let template = AgentTemplate(metadata: ObjectMeta(name: "base"), spec: AgentTemplateSpec(command: ["sh"]))
        try await store.put(.agentTemplate(template), if: .none)
        try await store.put(agent { $0.template = "base" }, if: .none)
        let effective = try await store.effectiveAgent("demo")
        #expect(effective.spec.command == ["sh"] && effective.spec.egress?.default == .deny)
        try await store.delete(ResourceKey(.agentTemplate, "base"))
        await #expect(throws: StoreFailure.notFound(ResourceKey(.agentTemplate, "base"))) {
            try await store.effectiveAgent("demo")
        }
    }
}

extension Resource {
    fileprivate func with(version: String?) -> Resource {
        var copy = self
        copy.metadata.resourceVersion = version
        return copy
    }
}
