import KubernetesClient
import Manifests
import PalanaCore
public import PlatformAPI

/// Writing objects. All of one text are tried before any is written; what then fails on the way leaves the ones before it.
extension ClusterOperations {
    public func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome] {
        let resources = try await placed(try Self.decode(manifests))
        var outcomes: [ApplyOutcome] = []
        for resource in resources { outcomes.append(try await tried(resource, among: resources)) }
        guard !dryRun else { return outcomes }
        for (index, resource) in resources.enumerated() {
            do {
                _ = try await written(resource, dryRun: false)
            } catch let error as APIError where index > 0 {
                let kept = resources[..<index].map(\.key.description).joined(separator: ", ")
                throw APIError(error.reason, "\(error.message); applied before it: \(kept)")
            }
        }
        return outcomes
    }

    public func create(_ manifest: String) async throws -> [ApplyOutcome] {
        var outcomes: [ApplyOutcome] = []
        let resources = try await placed(try Self.decode(manifest))
        for resource in resources {
            let warnings = try await warnings(about: resource, among: resources)
            _ = try await asking { () async throws(KubernetesFailure) in try await client.create(resource) }
            outcomes.append(outcome(of: resource, .created, warnings))
        }
        return outcomes
    }

    private static func decode(_ text: String) throws -> [Resource] {
        do {
            return try ManifestDecoder().decode(text.utf8, source: "manifest").map(\.resource)
        } catch {
            throw APIError(.invalid, error.description)
        }
    }

    /// Agents and kill switches that name no namespace go to the tenant's.
    private func placed(_ resources: [Resource]) async throws -> [Resource] {
        var placed: [Resource] = []
        for var resource in resources {
            if resource.metadata.namespace == nil {
                resource.metadata.namespace = try await home.namespace(of: resource.kind)
            }
            placed.append(resource.withStatus(of: nil))
        }
        return placed
    }

    /// What applying the object would change, by a dry run on the API server.
    private func tried(_ resource: Resource, among others: [Resource]) async throws -> ApplyOutcome {
        let warnings = try await warnings(about: resource, among: others)
        let before = try await found(resource.key, resource.metadata.namespace)
        let after = try await written(resource, dryRun: true)
        guard let before else { return outcome(of: resource, .created, warnings) }
        let isSame =
            before.hasSameSpec(as: after) && before.metadata.labels == after.metadata.labels
            && before.metadata.annotations == after.metadata.annotations
        return outcome(of: resource, isSame ? .unchanged : .configured, warnings)
    }

    private func written(_ resource: Resource, dryRun: Bool) async throws -> Resource {
        try await asking { () async throws(KubernetesFailure) in
            try await client.apply(resource, as: Self.fieldManager, dryRun: dryRun)
        }
    }

    private func outcome(
        of resource: Resource, _ change: ApplyOutcome.Change, _ warnings: [String]
    ) -> ApplyOutcome {
        ApplyOutcome(
            kind: resource.kind.rawValue, name: resource.metadata.name, change: change, warnings: warnings)
    }

    /// Refuses an object whose fields don't hold before anything is sent; the cluster's own webhooks decide the rest.
    func warnings(about resource: Resource, among others: [Resource]) async throws -> [String] {
        let report = Self.validator.report(on: resource, template: try await template(of: resource, among: others))
        guard report.errors.isEmpty else {
            throw APIError(.invalid, report.errors.map { "\(resource.key): \($0)" }.joined(separator: "\n"))
        }
        return report.warnings.map(\.description)
    }

    private static let validator = ResourceValidator(support: .kubernetes)

    /// Nil when it isn't there yet, or not for this person to see: the agent waits for it then.
    func template(of resource: Resource, among others: [Resource]) async throws -> AgentTemplate? {
        guard case .agent(let agent) = resource, let name = agent.spec.template else { return nil }
        let key = ResourceKey(.agentTemplate, name)
        if case .agentTemplate(let template)? = others.first(where: { $0.key == key }) { return template }
        do {
            guard case .agentTemplate(let template)? = try await found(key, nil) else { return nil }
            return template
        } catch let error as APIError where error.reason == .denied {
            return nil
        }
    }
}
