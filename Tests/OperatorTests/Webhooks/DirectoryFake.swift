import KubernetesClient
import Operator
import PalanaCore
import Synchronization

/// A cluster that the webhooks know, without one.
final class DirectoryFake: AdmissionDirectory {
    struct State {
        var isSynced = true
        var tenants: [Tenant] = []
        var templates: [AgentTemplate] = []
        var agents: [Agent] = []
        var addresses: [AgentID: [String]] = [:]
        var scheduling: [String: PodScheduling] = [:]
        var retained: [String: String] = [:]
    }

    private let state: Mutex<State>

    init(_ state: State = State()) {
        self.state = Mutex(state)
    }

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    var isSynced: Bool { state.withLock(\.isSynced) }

    func tenant(namespace: String) -> Tenant? {
        state.withLock { $0.tenants.first { $0.namespace == namespace } }
    }

    func tenants(owner: String) -> [Tenant] {
        state.withLock { $0.tenants.filter { $0.spec.owner.utf8.elementsEqual(owner.utf8) } }
    }

    func template(_ name: String) -> AgentTemplate? {
        state.withLock { $0.templates.first { $0.metadata.name == name } }
    }

    func agents(in namespace: String) -> [Agent] {
        state.withLock { $0.agents.filter { $0.metadata.namespace == namespace } }
    }

    func retainedStorage(of owner: String) -> [String: String] { state.withLock(\.retained) }

    func agent(_ id: AgentID) -> Agent? { state.withLock { $0.agents.first { $0.id == id } } }

    func egressAddresses(of id: AgentID) -> [String] { state.withLock { $0.addresses[id] ?? [] } }

    func scheduling(ofRuntimeClass name: String) -> PodScheduling? { state.withLock { $0.scheduling[name] } }
}

/// Says yes to those pairs of user and tenant that it was given.
struct ReviewerFake: ActingReviewer {
    struct Down: Error {}

    var allowed: [String: String] = [:]
    var isDown = false

    func mayAct(_ user: UserInfo, as tenant: String) async throws -> Bool {
        if isDown { throw Down() }
        return user.username.map { allowed[$0] == tenant } ?? false
    }
}

/// Says of every module what it was given.
struct CompilerFake: PolicyCompiler {
    struct Down: Error {}

    var problem: String?
    var isDown = false

    func problem(with policy: EgressPolicy) async throws -> String? {
        if isDown { throw Down() }
        return problem
    }
}
