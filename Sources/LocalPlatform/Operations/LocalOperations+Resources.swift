import Foundation
import Manifests
public import PalanaCore
public import PlatformAPI

/// Reading and writing objects: all of one text or none of it.
extension LocalOperations {
    public func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome] {
        try await store(try decode(manifests), condition: .none, dryRun: dryRun)
    }

    public func create(_ manifest: String) async throws -> [ApplyOutcome] {
        try await store(try decode(manifest), condition: .absent, dryRun: false)
    }

    public func get(_ key: ResourceKey) async throws -> Resource {
        do {
            return shown(try await parts.store.get(key))
        } catch {
            throw APIError(error)
        }
    }

    public func list(_ kind: ResourceKind) async throws -> [Resource] {
        do {
            return try await parts.store.list(kind).map(shown)
        } catch {
            throw APIError(error)
        }
    }

    public func delete(_ key: ResourceKey) async throws {
        let resource = try await get(key)
        switch resource {
        case .agent(let agent): try await delete(agent)
        case .agentTemplate: try await refuseIfUsed(key)
        case .egressPolicy: try await publish(without: key)
        }
        do {
            try await parts.store.delete(key)
        } catch {
            throw APIError(error)
        }
        try await parts.directory.refresh()
        try await record(kind(of: resource), "deleted", agent: agent(of: resource), detail: key.description)
    }

    // MARK: - Writing

    private func decode(_ text: String) throws -> [Resource] {
        do {
            return try ManifestDecoder().decode(text.utf8, source: "manifest").map(\.resource).map(owned)
        } catch let failure as ManifestFailure {
            throw APIError(.invalid, failure.description)
        }
    }

    /// An agent that names no owner is the local user's.
    private func owned(_ resource: Resource) -> Resource {
        guard case .agent(var agent) = resource, agent.spec.owner == nil else { return resource }
        agent.spec.owner = user
        return .agent(agent)
    }

    private func store(
        _ resources: [Resource], condition: WriteCondition, dryRun: Bool
    ) async throws -> [ApplyOutcome] {
        var planned: [(resource: Resource, outcome: ApplyOutcome)] = []
        for resource in resources {
            planned.append((resource, try await plan(resource, among: resources, condition: condition)))
        }
        guard !dryRun else { return planned.map(\.outcome) }
        for (resource, outcome) in planned where outcome.change != .unchanged {
            try await write(resource, condition: condition, change: outcome.change)
        }
        try await parts.directory.refresh()
        try await publishIfNeeded(planned.map(\.resource))
        for case .agent(let agent) in planned.map(\.resource) { try await startIfWanted(agent) }
        return planned.map(\.outcome)
    }

    /// Checks one object against everything it refers to; changes nothing.
    private func plan(
        _ resource: Resource, among others: [Resource], condition: WriteCondition
    ) async throws -> ApplyOutcome {
        let stored = try await storedResource(resource.key)
        if condition == .absent, stored != nil { throw APIError(StoreFailure.alreadyExists(resource.key)) }
        let warnings = try Self.validated(resource)
        try Self.refuseNewOwner(resource, stored: stored)
        switch resource {
        case .agent(let agent): try await checkTemplate(of: agent, among: others)
        case .egressPolicy(let policy): try await parts.policies.check(policy)
        case .agentTemplate: break
        }
        let change: ApplyOutcome.Change =
            switch stored {
            case nil: .created
            case let stored?: stored.hasSameSpec(as: resource) && Self.sameLabels(stored, resource) ? .unchanged : .configured
            }
        return ApplyOutcome(kind: resource.kind.rawValue, name: resource.metadata.name, change: change, warnings: warnings)
    }

    private func storedResource(_ key: ResourceKey) async throws -> Resource? {
        do {
            return try await parts.store.get(key)
        } catch .notFound {
            return nil
        } catch {
            throw APIError(error)
        }
    }

    /// Refuses an object whose fields don't hold; answers what is allowed but probably not meant.
    @discardableResult
    static func validated(_ resource: Resource) throws -> [String] {
        let report = ResourceValidator(support: .singleMachine).report(on: resource)
        guard report.errors.isEmpty else {
            let lines = report.errors.map { "\(resource.key): \($0)" }
            throw APIError(.invalid, lines.joined(separator: "\n"))
        }
        return report.warnings.map(\.description)
    }

    private static func refuseNewOwner(_ resource: Resource, stored: Resource?) throws {
        guard case .agent(let new) = resource, case .agent(let old)? = stored, new.spec.owner != old.spec.owner else {
            return
        }
        throw APIError(
            .invalid, "Agent/\(new.metadata.name): spec.owner is \"\(old.spec.owner ?? "-")\" and can't be changed; delete "
                + "the agent and create it anew")
    }

    private static func sameLabels(_ left: Resource, _ right: Resource) -> Bool {
        (left.metadata.labels ?? [:]) == (right.metadata.labels ?? [:])
            && (left.metadata.annotations ?? [:]) == (right.metadata.annotations ?? [:])
    }

    /// The template must exist (or come in the same text), and the agent must hold together with it.
    private func checkTemplate(of agent: Agent, among others: [Resource]) async throws {
        guard let name = agent.spec.template else { return }
        let key = ResourceKey(.agentTemplate, name)
        let given = others.first { $0.key == key }
        let stored = try await storedResource(key)
        guard case .agentTemplate(let template)? = given ?? stored else {
            throw APIError(
                .invalid, "Agent/\(agent.metadata.name): spec.template: there is no AgentTemplate \"\(name)\"; apply it first")
        }
        try Self.validated(.agent(agent.resolved(with: template)))
    }

    private func write(_ resource: Resource, condition: WriteCondition, change: ApplyOutcome.Change) async throws {
        do {
            try await parts.store.put(resource, if: condition)
        } catch {
            throw APIError(error)
        }
        try await record(
            kind(of: resource), change == .created ? "created" : "configured", agent: agent(of: resource),
            detail: resource.key.description)
    }

    /// A new agent that has a command starts by itself, as a pod would.
    private func startIfWanted(_ agent: Agent) async throws {
        let effective: Agent
        do {
            effective = try await parts.store.effectiveAgent(agent.metadata.name)
        } catch {
            throw APIError(error)
        }
        guard case .stopped = await parts.runtime.state(agent.id), effective.spec.suspended != true,
            effective.spec.command?.isEmpty == false
        else { return }
        try await start(agent: agent.metadata.name)
    }

    // MARK: - Policies

    private func publishIfNeeded(_ resources: [Resource]) async throws {
        guard resources.contains(where: { $0.kind == .egressPolicy }) else { return }
        try await parts.policies.publish(try await storedPolicies())
    }

    private func publish(without key: ResourceKey) async throws {
        try await parts.policies.publish(try await storedPolicies().filter { $0.metadata.name != key.name })
    }

    private func storedPolicies() async throws -> [EgressPolicy] {
        try await list(.egressPolicy).compactMap { resource in
            guard case .egressPolicy(let policy) = resource else { return nil }
            return policy
        }
    }

    // MARK: - Deleting

    /// Stops the agent, takes its identity away, removes its secrets, then what it wrote.
    private func delete(_ agent: Agent) async throws {
        try await stop(agent)
        let effective: Agent
        do {
            effective = try await parts.store.effectiveAgent(agent.metadata.name)
        } catch .notFound {
            effective = agent.defaulted()
        } catch {
            throw APIError(error)
        }
        for secret in effective.spec.secrets ?? [] { try await erase(reference(effective, secret)) }
        try await runtime { () async throws(RuntimeFailure) in try await parts.runtime.remove(effective) }
    }

    private func refuseIfUsed(_ key: ResourceKey) async throws {
        let users = try await list(.agent).compactMap { resource -> String? in
            guard case .agent(let agent) = resource, agent.spec.template == key.name else { return nil }
            return agent.metadata.name
        }
        guard users.isEmpty else {
            throw APIError(.conflict, "\(key) is used by agent \(users.joined(separator: ", ")); delete or change them first")
        }
    }

    // MARK: - Words

    /// The object with the placeholders in force, which the directory knows.
    private func shown(_ resource: Resource) -> Resource {
        guard case .agent(var agent) = resource, let snapshot = parts.directory.agent(agent.id) else { return resource }
        let placeholders = snapshot.secrets.compactMap { binding in
            binding.placeholder.map { AgentStatus.Placeholder(secret: binding.name, value: $0) }
        }
        var status = agent.status ?? AgentStatus()
        status.namespace = agent.id.rawValue
        status.placeholders = placeholders.isEmpty ? nil : placeholders
        agent.status = status
        return .agent(agent)
    }

    private func kind(of resource: Resource) -> AuditEvent.Kind {
        resource.kind == .egressPolicy ? .policy : .lifecycle
    }

    private func agent(of resource: Resource) -> Agent? {
        guard case .agent(let agent) = resource else { return nil }
        return agent
    }
}
