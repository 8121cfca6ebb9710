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
        shown(try await store { store async throws(StoreFailure) in try await store.get(key) })
    }

    public func list(_ kind: ResourceKind) async throws -> [Resource] {
        try await store { store async throws(StoreFailure) in try await store.list(kind) }.map(shown)
    }

    public func delete(_ key: ResourceKey) async throws {
        let resource = try await get(key)
        switch resource {
        case .agent(let agent): try await delete(agent)
        case .agentTemplate: try await refuseIfUsed(key)
        case .egressPolicy: try await publish(without: key)
        }
        try await store { store async throws(StoreFailure) in _ = try await store.delete(key) }
        try await refreshDirectory()
        try await record(kind(of: resource), "deleted", agent: agent(of: resource), detail: key.description)
    }

    // MARK: - Writing

    private func decode(_ text: String) throws -> [Resource] {
        do {
            return try ManifestDecoder().decode(text.utf8, source: "manifest").map(\.resource).map(owned)
        } catch {
            throw APIError(.invalid, error.description)
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
            let wanted = try await keepingState(resource)
            planned.append((wanted, try await plan(wanted, among: resources, condition: condition)))
        }
        guard !dryRun else { return planned.map(\.outcome) }
        // In force before it is stored: what OPA doesn't take is not kept.
        try await publish(replacing: planned.map(\.resource))
        for (resource, outcome) in planned where outcome.change != .unchanged {
            try await write(resource, condition: condition, change: outcome.change)
        }
        do {
            for case .agent(let agent) in planned.map(\.resource) { try await startIfWanted(agent) }
        } catch let error as APIError where error.reason == .invalid {
            // What can't be started as it is described was never there: nothing half-done stays behind.
            for (resource, outcome) in planned.reversed() where outcome.change == .created {
                try await delete(resource.key)
            }
            throw error
        }
        return planned.map(\.outcome)
    }

    /// A manifest that doesn't say whether its agent is suspended leaves it as it is.
    private func keepingState(_ resource: Resource) async throws -> Resource {
        guard case .agent(var agent) = resource, agent.spec.suspended == nil,
            case .agent(let stored)? = try await storedResource(resource.key)
        else { return resource }
        agent.spec.suspended = stored.spec.suspended
        return .agent(agent)
    }

    /// Checks one object against everything it refers to; changes nothing.
    private func plan(
        _ resource: Resource, among others: [Resource], condition: WriteCondition
    ) async throws -> ApplyOutcome {
        let stored = try await storedResource(resource.key)
        if condition == .absent, stored != nil { throw APIError(StoreFailure.alreadyExists(resource.key)) }
        let warnings = try Self.validated(resource, template: try await template(of: resource, among: others))
        if let stored { try Self.accept(Self.validator.reportOnChange(from: stored, to: resource), resource.key) }
        if case .egressPolicy(let policy) = resource { try await parts.policies.check(policy) }
        let change: ApplyOutcome.Change =
            switch stored {
            case nil: .created
            case let stored?:
                stored.hasSameSpec(as: resource) && Self.sameLabels(stored, resource) ? .unchanged : .configured
            }
        return ApplyOutcome(
            kind: resource.kind.rawValue, name: resource.metadata.name, change: change, warnings: warnings)
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

    private static let validator = ResourceValidator(support: .singleMachine)

    /// Refuses an object whose fields don't hold; answers what is allowed but probably not meant.
    @discardableResult
    static func validated(_ resource: Resource, template: AgentTemplate? = nil) throws -> [String] {
        let report = validator.report(on: resource, template: template)
        try accept(report, resource.key)
        return report.warnings.map(\.description)
    }

    private static func accept(_ report: ValidationReport, _ key: ResourceKey) throws {
        guard report.errors.isEmpty else {
            throw APIError(.invalid, report.errors.map { "\(key): \($0)" }.joined(separator: "\n"))
        }
    }

    private static func sameLabels(_ left: Resource, _ right: Resource) -> Bool {
        (left.metadata.labels ?? [:]) == (right.metadata.labels ?? [:])
            && (left.metadata.annotations ?? [:]) == (right.metadata.annotations ?? [:])
    }

    /// The template that an agent names: from the same text, else from the store; it must exist.
    private func template(of resource: Resource, among others: [Resource]) async throws -> AgentTemplate? {
        guard case .agent(let agent) = resource, let name = agent.spec.template else { return nil }
        let key = ResourceKey(.agentTemplate, name)
        let given = others.first { $0.key == key }
        let stored = try await storedResource(key)
        guard case .agentTemplate(let template)? = given ?? stored else {
            throw APIError(
                .invalid,
                "Agent/\(agent.metadata.name): spec.template: there is no AgentTemplate \"\(name)\"; apply it first")
        }
        return template
    }

    private func write(_ resource: Resource, condition: WriteCondition, change: ApplyOutcome.Change) async throws {
        try await put(resource, if: condition)
        try await record(
            kind(of: resource), change == .created ? "created" : "configured", agent: agent(of: resource),
            detail: resource.key.description)
    }

    /// A new agent that has a command starts by itself, as a pod would.
    private func startIfWanted(_ agent: Agent) async throws {
        let effective = try await effectiveAgent(agent.metadata.name)
        if case .running = await parts.runtime.state(agent.id) { return }
        guard effective.spec.suspended != true, effective.spec.command?.isEmpty == false else { return }
        try await start(agent: agent.metadata.name)
    }

    // MARK: - Policies

    private func publish(replacing resources: [Resource]) async throws {
        let new = resources.compactMap(Self.policy)
        guard !new.isEmpty else { return }
        let names = Set(new.map(\.metadata.name))
        try await parts.policies.publish(try await storedPolicies().filter { !names.contains($0.metadata.name) } + new)
    }

    private func publish(without key: ResourceKey) async throws {
        try await parts.policies.publish(try await storedPolicies().filter { $0.metadata.name != key.name })
    }

    private func storedPolicies() async throws -> [EgressPolicy] {
        try await list(.egressPolicy).compactMap(Self.policy)
    }

    private static func policy(_ resource: Resource) -> EgressPolicy? {
        guard case .egressPolicy(let policy) = resource else { return nil }
        return policy
    }

    // MARK: - Deleting

    /// Stops the agent, takes its identity away, removes its secrets, then what it wrote.
    private func delete(_ agent: Agent) async throws {
        try await stop(agent)
        let effective: Agent
        do {
            effective = try await effectiveAgent(agent.metadata.name)
        } catch let error as APIError where error.reason == .notFound {
            // Its template is gone; what it says itself is all there is.
            effective = agent.defaulted()
        }
        for secret in effective.spec.secrets ?? [] { try await erase(reference(effective, secret)) }
        try await runtime(effective) { () async throws(RuntimeFailure) in try await parts.runtime.remove(effective) }
    }

    private func refuseIfUsed(_ key: ResourceKey) async throws {
        let users = try await list(.agent).compactMap { resource -> String? in
            guard case .agent(let agent) = resource, agent.spec.template == key.name else { return nil }
            return agent.metadata.name
        }
        guard users.isEmpty else {
            throw APIError(
                .conflict, "\(key) is used by agent \(users.joined(separator: ", ")); delete or change them first")
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
