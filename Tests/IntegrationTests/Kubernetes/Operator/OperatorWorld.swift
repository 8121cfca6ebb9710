import ControllerRuntime
import Foundation
import KubernetesClient
import Logging
import Manifests
import Operator
import PalanaCore
import Synchronization
import TestSupport

/// A control plane of a test's own with Palana's kinds, its platform namespace and one gateway pod, and the tenant Alice.
/// Operators see all namespaces, so tests of them can't share one. They have the rights that deploy/manifests give them and
/// no others.
struct OperatorWorld: Sendable {
    static let owner = "alice@example.com"
    static let namespace = "palana-system"

    let plane: ControlPlane
    /// The administrator.
    let client: KubernetesClient
    let secrets = RemovedSecrets()
    var configuration = OperatorConfiguration()

    /// Secrets as they are removed; may refuse.
    final class RemovedSecrets: SecretRemoval {
        private let state = Mutex<(removed: [SecretReference], isAway: Bool)>(([], false))

        var all: [SecretReference] { state.withLock(\.removed) }
        func away(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

        func remove(_ reference: SecretReference) async throws(SecretFailure) {
            let isAway = state.withLock { state in
                if !state.isAway { state.removed.append(reference) }
                return state.isAway
            }
            if isAway { throw .unavailable("the vault is sealed") }
        }
    }

    func arrange() async throws {
        let definitions = try ResourceKind.allCases.map { try ResourceDefinition($0).yaml() }
        // Older servers don't know the rules that newer ones check themselves.
        try await plane.kubectl().must(
            "create", "--validate=false", "-f", "-", input: definitions.joined(separator: "---\n"))
        try await plane.kubectl().must("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        try await client.create(
            Namespace(
                metadata: ObjectMeta(
                    name: Self.namespace, labels: ["kubernetes.io/metadata.name": Self.namespace])))
        try await plane.kubectl().apply(try DeployedManifests.rights)
        let authority = try TestAuthority(name: "agents trust it")
        try await client.create(
            ConfigMap(
                metadata: ObjectMeta(name: configuration.certificates, namespace: Self.namespace),
                data: ["ca-certificates.crt": authority.certificatePEM]))
        try await pod("gateway-0", in: Self.namespace, labels: configuration.gatewayLabels, address: "10.1.0.1")
        try await tenant("alice", Self.owner)
    }

    func tenant(_ name: String, _ owner: String, kind: TenantSpec.OwnerKind? = nil) async throws {
        try await client.create(
            Tenant(metadata: ObjectMeta(name: name), spec: TenantSpec(owner: owner, ownerKind: kind)))
    }

    /// Makes an Agent once its tenant's namespace is there.
    @discardableResult
    func agent(
        _ name: String, owner: String = owner, _ change: (inout AgentSpec) -> Void = { _ in }
    ) async throws -> Agent {
        let home = AgentNames.tenantNamespace(owner: owner)
        var spec = AgentSpec(owner: owner, image: "ghcr.io/example/agent:1")
        change(&spec)
        let agent = Agent(metadata: ObjectMeta(name: name, namespace: home), spec: spec)
        var made: Agent?
        try await until("Agent \(name)") {
            do throws(KubernetesFailure) {
                made = try await client.create(agent)
            } catch {
                guard [.notFound, .forbidden].contains(error.reason) else { throw error }
            }
            return made != nil
        }
        return made ?? agent
    }

    func current(_ agent: Agent) async throws -> Agent? {
        try await client.find(Agent.self, agent.metadata.name, in: agent.metadata.namespace)
    }

    /// Waits until a condition is what it should be; gives the Agent then.
    @discardableResult
    func agent(
        _ agent: Agent, _ type: ConditionType, _ status: PalanaCore.Condition.Status, reason: String? = nil
    ) async throws -> Agent {
        var last: Agent?
        do {
            try await until("\(agent.metadata.name) \(type) \(status) \(reason ?? "")") {
                last = try await current(agent)
                guard let condition = last?.status?.conditions?[type] else { return false }
                return condition.status == status && (reason ?? condition.reason) == condition.reason
            }
        } catch {
            throw ControlPlaneFailure("\(error); it is \(String(describing: last?.status))")
        }
        return last ?? agent
    }

    /// A pod as a kubelet would report it.
    func pod(
        _ name: String, in namespace: String, labels: [String: String] = [:], address: String, isReady: Bool = true
    ) async throws {
        if try await client.find(Pod.self, name, in: namespace) == nil {
            let pod = Pod(
                metadata: ObjectMeta(name: name, namespace: namespace, labels: labels),
                spec: PodSpec(containers: [Container(name: "c", image: "i")]))
            // Refused until the namespace's account and, with older servers, the account's token are there.
            try await until("the pod \(namespace)/\(name)") {
                do throws(KubernetesFailure) {
                    try await client.create(pod)
                } catch {
                    guard [.forbidden, .unavailable].contains(error.reason) else { throw error }
                    return false
                }
                return true
            }
        }
        try await client.patchStatus(
            Pod.self, name, in: namespace,
            [
                "status": [
                    "phase": "Running", "podIP": .string(address), "podIPs": [["ip": .string(address)]],
                    "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
                ]
            ])
    }

    /// Deletes an Agent and waits until it is gone.
    func delete(_ agent: Agent) async throws {
        try await client.delete(Agent.self, agent.metadata.name, in: agent.metadata.namespace)
        try await until("\(agent.metadata.name) is gone") { try await current(agent) == nil }
    }
}

/// An operator that runs in the test's process.
struct RunningOperator: Sendable {
    let client: KubernetesClient
    let view: ClusterView
    let service: OperatorService

    /// Waits until nothing was to be done for a while.
    func settle() async throws {
        var quietSince = ContinuousClock.now
        try await until("the operator is idle") {
            if !service.isIdle { quietSince = .now }
            return ContinuousClock.now - quietSince > .seconds(1.5)
        }
    }
}

/// Runs `body` with a world of its own.
func withOperatorWorld(
    plane configuration: ControlPlaneConfiguration = ControlPlaneConfiguration(),
    _ change: (inout OperatorConfiguration) -> Void = { _ in }, _ body: (OperatorWorld) async throws -> Void
) async throws {
    try await withControlPlane(configuration) { plane in
        var world = OperatorWorld(plane: plane, client: try plane.client())
        change(&world.configuration)
        try await world.arrange()
        try await body(world)
    }
}

extension OperatorWorld {
    /// A client of the operator's own account.
    func operatorClient() async throws -> KubernetesClient {
        try plane.client(as: try await plane.serviceAccount("palana-operator", namespace: Self.namespace))
    }

    /// Runs `body` beside an operator, which ends afterwards.
    func operating(_ body: @escaping @Sendable (RunningOperator) async throws -> Void) async throws {
        let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let client = try await operatorClient()
        let view = ClusterView(client, configuration: configuration, logger: silent)
        let events = EventRecorder(client, component: "palana.dev/operator", instance: "test", logger: silent)
        let service = OperatorService(client: client, view: view, events: events, secrets: secrets, logger: silent)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await view.run() }
            group.addTask { await events.run() }
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            await view.waitUntilSynced()
            try await body(RunningOperator(client: client, view: view, service: service))
        }
    }
}
