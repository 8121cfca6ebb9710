import KubernetesClient
public import PalanaCore
public import PlatformAPI

/// Secrets: the declaration goes to the Agent with the person's own rights, the value through `palana api` to the vault.
extension ClusterOperations {
    public func secrets(agent name: String) async throws -> [SecretListing] {
        let agent = try await agent(name)
        let effective = agent.effective(with: try await template(of: agent))
        return (effective.spec.secrets ?? []).map { SecretListing($0, of: agent) }
    }

    /// The value first: a declaration without a value would have the agent's requests refused.
    public func addSecret(
        agent name: String, name secret: String, _ addition: SecretAddition
    ) async throws -> SecretListing {
        let agent = try await agent(name)
        let declared = agent.effective(with: try await template(of: agent)).spec.secrets?.first { $0.name == secret }
        let declaration = try addition.declaration(of: secret, declared: declared)
        var changed = agent
        changed.spec.secrets = (agent.spec.secrets ?? []).filter { $0.name != secret } + [declaration]
        _ = try await warnings(about: .agent(changed), among: [])
        try await writing { depot throws(KubernetesFailure) in
            _ = try await depot.write(Secret(addition.value), secret, addition.mode, of: agent)
        }
        return SecretListing(declaration, of: try await declare(changed))
    }

    /// In force on the gateways when what they remember of it has aged, half a minute later.
    public func rotateSecret(agent name: String, name secret: String, to value: Secret<String>) async throws {
        let agent = try await agent(name)
        let declaration = try await declared(secret, agent)
        try await writing { depot throws(KubernetesFailure) in
            _ = try await depot.write(value, secret, declaration.mode ?? .proxy, of: agent)
        }
    }

    public func removeSecret(agent name: String, name secret: String) async throws {
        let agent = try await agent(name)
        let declaration = try await declared(secret, agent)
        var changed = agent
        let own = agent.spec.secrets ?? []
        guard own.contains(where: { $0.name == secret }) else {
            throw APIError(
                .conflict, "secret \(name)/\(secret) comes from template \(agent.spec.template ?? "-"); change it there"
            )
        }
        changed.spec.secrets = own.filter { $0.name != secret }
        _ = try await declare(changed)
        try await writing { depot throws(KubernetesFailure) in
            try await depot.remove(secret, declaration.mode ?? .proxy, of: agent)
        }
    }

    private func declared(_ secret: String, _ agent: Agent) async throws -> AgentSecret {
        let effective = agent.effective(with: try await template(of: agent))
        guard let declaration = effective.spec.secrets?.first(where: { $0.name == secret }) else {
            let name = agent.metadata.name
            throw APIError(.notFound, "agent \(name) has no secret \(secret); see: palana secrets list \(name)")
        }
        return declaration
    }

    private func template(of agent: Agent) async throws -> AgentTemplate? {
        try await template(of: .agent(agent), among: [])
    }

    /// Writes the list of secrets, unless somebody has changed the agent since it was read.
    private func declare(_ agent: Agent) async throws -> Agent {
        try await asking { () async throws(KubernetesFailure) in
            var metadata: JSONValue = [:]
            metadata["resourceVersion"] = agent.metadata.resourceVersion.map { .string($0) }
            let secrets = try JSONValue(of: agent.spec.secrets ?? [])
            return try await client.patch(
                Agent.self, agent.metadata.name, in: agent.metadata.namespace,
                ["metadata": metadata, "spec": ["secrets": secrets]])
        }
    }

    private func writing(_ body: (SecretDepot) async throws(KubernetesFailure) -> Void) async throws {
        try await asking { () async throws(KubernetesFailure) in
            try await body(try await SecretDepot(client, place: place, namespace: platformNamespace))
        }
    }
}

extension SecretListing {
    /// A declaration with the placeholder in force.
    init(_ secret: AgentSecret, of agent: Agent) {
        let secret = secret.defaulted()
        self.init(
            name: secret.name, mode: secret.mode ?? .proxy, hosts: secret.hosts ?? [],
            positions: secret.positions ?? [],
            placeholder: agent.status?.placeholders?.first { $0.secret == secret.name }?.value)
    }
}
