import PalanaCore
import PlatformAPI

/// What a text would change, checked against everything it refers to; changes nothing.
extension LocalOperations {
    func plan(_ resources: [Resource], _ condition: WriteCondition) async throws -> [PlannedChange] {
        var planned: [PlannedChange] = []
        for resource in resources {
            let stored = try await storedResource(resource.key)
            if condition == .absent, stored != nil { throw APIError(StoreFailure.alreadyExists(resource.key)) }
            planned.append(try await plan(Self.keepingState(resource, of: stored), stored, among: resources))
        }
        return planned
    }

    private func plan(_ resource: Resource, _ stored: Resource?, among others: [Resource]) async throws -> PlannedChange
    {
        var warnings = try Self.validated(resource, template: try await template(of: resource, among: others))
        if let agent = resource.agent, let warning = killWarning(about: agent) { warnings.append(warning) }
        if let stored { try Self.accept(Self.validator.reportOnChange(from: stored, to: resource), resource.key) }
        if case .egressPolicy(let policy) = resource { try await parts.policies.check(policy) }
        return PlannedChange(resource, before: stored, warnings: warnings)
    }

    /// A manifest that doesn't say whether its agent is suspended leaves it as it is.
    private static func keepingState(_ resource: Resource, of stored: Resource?) -> Resource {
        guard case .agent(var agent) = resource, agent.spec.suspended == nil, let stored = stored?.agent else {
            return resource
        }
        agent.spec.suspended = stored.spec.suspended
        return .agent(agent)
    }

    func storedResource(_ key: ResourceKey) async throws -> Resource? {
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
}
