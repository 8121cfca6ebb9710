import Foundation
import Glibc
import Logging
import PalanaCore
import PlatformAPI
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

/// The operations over a real store and real sandboxes; policies, the vault and the audit log are in memory.
final class OperationsFixture: Sendable {
    let folder: TemporaryFolder
    let store: FaultyStore
    let directory: LocalAgentDirectory
    let runtime: LocalRuntime
    let policies = PoliciesInForce()
    let vault = VaultInMemory()
    let audit = AuditSinkFake()
    let operations: LocalOperations
    let controls: ControlLoop
    let lifetimes: LifetimeLoop
    private let gateway: ChildProcess

    private init() async throws {
        folder = try TemporaryFolder()
        let folder = folder
        for name in ["gw", "data", "files"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
        }
        chmod(folder.path, 0o755)
        _ = try VaultCertificates(folder: URL(filePath: folder.path), name: "a test's")  // ca.pem
        let tools = SandboxTools(
            guardProgram: try SandboxBuild.path(of: "palana-guard"),
            initProgram: try SandboxBuild.path(of: "palana-init"), bubblewrap: "/usr/bin/bwrap")
        gateway = try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: tools.guardProgram, executable: try SandboxBuild.path(of: "palana-echo"),
                arguments: ["serve", folder.path("gw/s")]))
        try await eventually { folder.exists("gw/s") }
        store = FaultyStore(try LocalStore(folder: folder.path("objects")))
        directory = LocalAgentDirectory(
            store: store, placeholders: try StoredPlaceholders(folder: folder.path("placeholders")))
        let statuses = AgentStatuses(store: store, audit: audit, logger: Logger(label: "test"))
        runtime = try LocalRuntime(
            LocalRuntimeConfiguration(
                mode: geteuid() == 0 ? .root : .user, tools: tools, limitMethod: .processLimits,
                certificateBundle: folder.path("ca.pem"), dataFolder: folder.path("data"),
                filesFolder: folder.path("files"),
                mounts: MountCheck(stateFolder: folder.path("objects"), homeFolders: []),
                egressSocket: { _ in folder.path("gw/s") }),
            logger: Logger(label: "test"), placeholders: { _ in [:] },
            controls: { [directory] in directory.order(of: $0) }, onStart: { await statuses.started($0) },
            onEnd: { await statuses.ended($0) })
        operations = LocalOperations(
            .init(
                store: store, directory: directory, runtime: runtime, secretWriter: vault, forgetSecret: { _ in },
                forgetAgent: { _, _ in },
                policies: policies, explainer: NoExplainer(), audit: audit, statuses: statuses,
                waitForListener: { _ in }, status: { emptyStatus() }, shutDown: {}),
            user: "tester")
        controls = ControlLoop(
            operations: operations, gateway: .init(waitUntilCut: { _ in }, forget: { _, _, _ in }),
            interval: .milliseconds(50), logger: Logger(label: "test"))
        lifetimes = LifetimeLoop(
            operations: operations, interval: .milliseconds(50), logger: Logger(label: "test")
        ) { [runtime] in await runtime.processorTimes(of: $0) }
    }

    /// Runs `body`; stops every agent after it.
    static func with(_ body: (OperationsFixture) async throws -> Void) async throws {
        let fixture = try await OperationsFixture()
        try await fixture.directory.refresh()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.runtime.run() }
            group.addTask { try await fixture.controls.run() }
            group.addTask { try await fixture.lifetimes.run() }
            do {
                try await body(fixture)
            } catch {
                await fixture.stopAll()
                group.cancelAll()
                throw error
            }
            await fixture.stopAll()
            group.cancelAll()
        }
        fixture.gateway.signal(SIGKILL)
        _ = await fixture.gateway.waitIgnoringCancellation()
    }

    private func stopAll() async {
        for agent in await agents() {
            do {
                try await runtime.stop(agent.id, grace: .zero)
            } catch {
                print("\(agent.id) was not stopped: \(error)")
            }
        }
    }

    func agents() async -> [Agent] {
        ((try? await store.list(.agent)) ?? []).compactMap(\.agent)
    }

    func agent(_ name: String) async -> Agent? {
        await agents().first { $0.metadata.name == name }
    }

    func isRunning(_ id: AgentID) async -> Bool {
        if case .running = await runtime.state(id) { true } else { false }
    }

    /// Processes on this machine whose command line ends with `marker`.
    static func processes(with marker: String) -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return entries.filter { id in
            let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
            return line.starts(with: Data("sleep\0".utf8))
                && line.suffix(marker.utf8.count + 1) == Data((marker + "\0").utf8)
        }
    }

    static func agentText(_ name: String, seconds: String = "1000", more: String = "") -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: \(name)}
        spec: {command: [sleep, "\(seconds)"]\(more)}
        ---

        """
    }

    static func policyText(_ name: String) -> String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: EgressPolicy
        metadata: {name: \(name)}
        spec: {deny: [{host: \(name).test}]}
        ---

        """
    }
}

/// What was last published; takes its time, so that whoever doesn't wait for his turn is overtaken.
final class PoliciesInForce: PolicyAdmission {
    private struct State {
        var names: Set<String> = []
        var fails = false
    }

    private let state = Mutex(State())

    var names: Set<String> { state.withLock { $0.names } }

    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func check(_ policy: EgressPolicy) async throws { await pause(milliseconds: 1) }

    func publish(_ policies: [EgressPolicy]) async throws {
        await pause(milliseconds: .random(in: 1...5))
        try state.withLock { state in
            guard !state.fails else { throw APIError(.unavailable, "OPA is away") }
            state.names = Set(policies.map(\.metadata.name))
        }
    }
}

final class VaultInMemory: SecretWriter {
    private let names = Mutex<Set<SecretReference>>([])

    var held: Set<SecretReference> { names.withLock { $0 } }

    func write(_ value: Secret<String>, to reference: SecretReference) async throws(SecretFailure) -> Bool {
        names.withLock { $0.insert(reference).inserted }
    }

    func remove(_ reference: SecretReference) async throws(SecretFailure) {
        names.withLock { _ = $0.remove(reference) }
    }
}

/// A real store that can't write certain objects.
final class FaultyStore: AgentStore {
    private let inner: LocalStore
    private let failing = Mutex<Set<String>>([])
    private let stuck = Mutex<Set<String>>([])

    init(_ inner: LocalStore) { self.inner = inner }

    /// Writes and deletions of these objects fail from now on.
    func fail(_ names: String...) { failing.withLock { $0 = Set(names) } }

    /// Once they are written, these objects can't be deleted.
    func keep(_ names: String...) { stuck.withLock { $0 = Set(names) } }

    private func check(_ key: ResourceKey) throws(StoreFailure) {
        if failing.withLock({ $0.contains(key.name) }) { throw .unavailable("\(key) can't be written: no space") }
    }

    func get(_ key: ResourceKey) async throws(StoreFailure) -> Resource { try await inner.get(key) }

    func list(_ kind: ResourceKind) async throws(StoreFailure) -> [Resource] { await inner.list(kind) }

    func put(_ resource: Resource, if condition: WriteCondition) async throws(StoreFailure) -> Resource {
        try check(resource.key)
        return try await inner.put(resource, if: condition)
    }

    func putStatus(_ resource: Resource) async throws(StoreFailure) -> Resource {
        try await inner.putStatus(resource)
    }

    func delete(_ key: ResourceKey) async throws(StoreFailure) -> Resource {
        try check(key)
        if stuck.withLock({ $0.contains(key.name) }) { throw .unavailable("\(key) can't be deleted") }
        return try await inner.delete(key)
    }

    func watch() async throws(StoreFailure) -> AsyncStream<StoreChange> { await inner.watch() }
}

private struct NoExplainer: RequestExplainer {
    func explain(agent: AgentID, method: String, url: String) async throws -> PolicyExplanation {
        throw APIError(.notSupported, "nothing is explained in this test")
    }
}

private func emptyStatus() -> PlatformStatus {
    PlatformStatus(
        version: "test", pid: 0, since: Date(), stateFolder: "", sandboxMode: "", limits: "", parts: [], agents: [:])
}
