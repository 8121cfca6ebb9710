import KubernetesClient
import PalanaCore

/// Calls for any of our kinds.
extension KubernetesClient {
    func find(_ key: ResourceKey, in namespace: String?) async throws(KubernetesFailure) -> Resource? {
        switch key.kind {
        case .agent: try await find(Agent.self, key.name, in: namespace).map { .agent($0) }
        case .agentTemplate: try await find(AgentTemplate.self, key.name).map { .agentTemplate($0) }
        case .egressPolicy: try await find(EgressPolicy.self, key.name).map { .egressPolicy($0) }
        case .killSwitch: try await find(KillSwitch.self, key.name, in: namespace).map { .killSwitch($0) }
        case .tenant: try await find(Tenant.self, key.name).map { .tenant($0) }
        }
    }

    /// All of a kind, and those that can't be read with the reason.
    func all(
        _ kind: ResourceKind, in namespace: String?
    ) async throws(KubernetesFailure) -> (resources: [Resource], unreadable: [ObjectKey: String]) {
        switch kind {
        case .agent: Self.gathered(try await list(Agent.self, in: namespace)) { .agent($0) }
        case .agentTemplate: Self.gathered(try await list(AgentTemplate.self)) { .agentTemplate($0) }
        case .egressPolicy: Self.gathered(try await list(EgressPolicy.self)) { .egressPolicy($0) }
        case .killSwitch: Self.gathered(try await list(KillSwitch.self, in: namespace)) { .killSwitch($0) }
        case .tenant: Self.gathered(try await list(Tenant.self)) { .tenant($0) }
        }
    }

    private static func gathered<Object>(
        _ list: ObjectList<Object>, _ resource: (Object) -> Resource
    ) -> (resources: [Resource], unreadable: [ObjectKey: String]) {
        (list.items.map(resource).sorted { $0.metadata.name < $1.metadata.name }, list.unreadable)
    }

    func apply(
        _ resource: Resource, as manager: String, dryRun: Bool
    ) async throws(KubernetesFailure) -> Resource {
        switch resource {
        case .agent(let agent): .agent(try await apply(agent, fieldManager: manager, dryRun: dryRun))
        case .agentTemplate(let template):
            .agentTemplate(try await apply(template, fieldManager: manager, dryRun: dryRun))
        case .egressPolicy(let policy): .egressPolicy(try await apply(policy, fieldManager: manager, dryRun: dryRun))
        case .killSwitch(let kill): .killSwitch(try await apply(kill, fieldManager: manager, dryRun: dryRun))
        case .tenant(let tenant): .tenant(try await apply(tenant, fieldManager: manager, dryRun: dryRun))
        }
    }

    func create(_ resource: Resource) async throws(KubernetesFailure) -> Resource {
        switch resource {
        case .agent(let agent): .agent(try await create(agent))
        case .agentTemplate(let template): .agentTemplate(try await create(template))
        case .egressPolicy(let policy): .egressPolicy(try await create(policy))
        case .killSwitch(let kill): .killSwitch(try await create(kill))
        case .tenant(let tenant): .tenant(try await create(tenant))
        }
    }

    /// - Returns: whether there was one.
    func delete(_ key: ResourceKey, in namespace: String?) async throws(KubernetesFailure) -> Bool {
        switch key.kind {
        case .agent: try await delete(Agent.self, key.name, in: namespace)
        case .agentTemplate: try await delete(AgentTemplate.self, key.name)
        case .egressPolicy: try await delete(EgressPolicy.self, key.name)
        case .killSwitch: try await delete(KillSwitch.self, key.name, in: namespace)
        case .tenant: try await delete(Tenant.self, key.name)
        }
    }
}
