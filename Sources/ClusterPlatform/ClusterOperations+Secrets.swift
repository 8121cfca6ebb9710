import KubernetesClient
public import PalanaCore
public import PlatformAPI

/// Secrets: the declaration goes to the Agent with the person's own rights, the value through `palana api` to the vault.
extension ClusterOperations {
    /// How often an agent is read and changed anew when others write it in the same moment.
    private static let attempts = 8

    public func secrets(agent name: String) async throws -> [SecretListing] {
        let agent = try await agent(name)
        let effective = agent.effective(with: try await template(of: agent))
        return (effective.spec.secrets ?? []).map { SecretListing($0, of: agent) }
    }

    /// The value first: a declaration without a value would have the agent's requests refused.
    public func addSecret(
        agent name: String, name secret: String, _ addition: SecretAddition
    ) async throws -> SecretListing {
        var agent = try await agent(name)
        agent.spec.secrets = try await secrets(of: agent, with: secret, addition)
        _ = try await warnings(about: .agent(agent), among: [])
        try await writing { [agent] depot throws(KubernetesFailure) in
            _ = try await depot.write(Secret(addition.value), secret, addition.mode, of: agent)
        }
        let changed = try await changeSecrets(of: name) { try await secrets(of: $0, with: secret, addition) }
        return SecretListing(try await declared(secret, changed), of: changed)
    }

    /// The agent's own list with the declaration in it.
    private func secrets(
        of agent: Agent, with secret: String, _ addition: SecretAddition
    ) async throws -> [AgentSecret] {
        let declared = agent.effective(with: try await template(of: agent)).spec.secrets?.first { $0.name == secret }
        let declaration = try addition.declaration(of: secret, declared: declared)
        return (agent.spec.secrets ?? []).filter { $0.name != secret } + [declaration]
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
        let declaration = try await declared(secret, try await agent(name))
        let changed = try await changeSecrets(of: name) { agent in
            let own = agent.spec.secrets ?? []
            guard own.contains(where: { $0.name == secret }) else {
                throw APIError(
                    .conflict,
                    "secret \(name)/\(secret) comes from template \(agent.spec.template ?? "-"); change it there")
            }
            return own.filter { $0.name != secret }
        }
        try await writing { depot throws(KubernetesFailure) in
            try await depot.remove(secret, declaration.mode ?? .proxy, of: changed)
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

    /// Writes the list of secrets. Others may have written the agent since it was read, as the operator does while it is
    /// new: then it is read and changed once more.
    private func changeSecrets(
        of name: String, _ change: (Agent) async throws -> [AgentSecret]
    ) async throws -> Agent {
        for attempt in 1... {
            let agent = try await agent(name)
            let secrets = try await change(agent)
            do throws(KubernetesFailure) {
                var metadata: JSONValue = [:]
                metadata["resourceVersion"] = agent.metadata.resourceVersion.map { .string($0) }
                return try await client.patch(
                    Agent.self, name, in: agent.metadata.namespace,
                    ["metadata": metadata, "spec": ["secrets": try JSONValue(of: secrets)]])
            } catch {
                guard error.reason == .conflict, attempt < Self.attempts else { throw APIError(error) }
            }
        }
        throw APIError(.conflict, "agent \(name) is written by others all the time")
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
