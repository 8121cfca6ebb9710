public import PalanaCore
public import PlatformAPI

/// Secrets: the declaration goes to the agent, the value to the vault, and nothing else keeps it.
extension LocalOperations {
    public func secrets(agent name: String) async throws -> [SecretListing] {
        let agent = try await effectiveAgent(name)
        return (agent.spec.secrets ?? []).map { listing($0, of: agent) }
    }

    public func addSecret(agent name: String, name secret: String, _ addition: SecretAddition) async throws
        -> SecretListing
    {
        try await turns.alone([.agent(name)]) { try await addInTurn(secret, to: name, addition) }
    }

    public func rotateSecret(agent name: String, name secret: String, to value: Secret<String>) async throws {
        try await turns.alone([.agent(name)]) {
            let (agent, declaration) = try await declared(secret, name)
            if declaration.mode != .agent, let problem = SecretValueRule.objection(to: value) {
                throw APIError(.invalid, "secret \(name)/\(secret): \(problem)")
            }
            try await granting(Act(.secret, "rotated", agent: agent, secret: secret)) {
                try await write(value, to: reference(agent, declaration))
            }
        }
    }

    public func removeSecret(agent name: String, name secret: String) async throws {
        try await turns.alone([.agent(name)]) { try await removeInTurn(secret, of: name) }
    }

    private func addInTurn(
        _ secret: String, to name: String, _ addition: SecretAddition
    ) async throws -> SecretListing {
        var agent = try await storedAgent(name)
        let declared = try await effectiveAgent(name).spec.secrets?.first { $0.name == secret }
        let declaration = try addition.declaration(of: secret, declared: declared)
        agent.spec.secrets = (agent.spec.secrets ?? []).filter { $0.name != secret } + [declaration]
        try Self.validated(.agent(agent))
        if addition.mode == .proxy, let problem = SecretValueRule.objection(to: Secret(addition.value)) {
            throw APIError(.invalid, "secret \(name)/\(secret): \(problem)")
        }
        // Only the vault knows whether it is the first value: which of the two it was is said afterwards.
        let changed = agent
        let isFirst = try await granting(Act(.secret, "given", agent: agent, secret: secret)) {
            let isFirst = try await write(Secret(addition.value), to: reference(changed, declaration))
            try await put(.agent(changed), if: .present)
            return isFirst
        }
        try await recordDone(Act(.secret, isFirst ? "added" : "replaced", agent: agent, secret: secret))
        return listing(declaration, of: try await effectiveAgent(name))
    }

    private func removeInTurn(_ secret: String, of name: String) async throws {
        let (effective, declaration) = try await declared(secret, name)
        var agent = try await storedAgent(name)
        let own = agent.spec.secrets ?? []
        guard own.contains(where: { $0.name == secret }) else {
            throw APIError(
                .conflict, "secret \(name)/\(secret) comes from template \(agent.spec.template ?? "-"); change it there"
            )
        }
        agent.spec.secrets = own.filter { $0.name != secret }
        let changed = agent
        try await narrowing(Act(.secret, "removed", agent: agent, secret: secret)) {
            try await put(.agent(changed), if: .present)
            try await erase(reference(effective, declaration))
        }
    }

    /// Removes a value from the vault and from the cache.
    func erase(_ reference: SecretReference) async throws {
        do {
            try await parts.secretWriter.remove(reference)
        } catch {
            await parts.forgetSecret(reference)
            throw APIError(error)
        }
        await parts.forgetSecret(reference)
    }

    func reference(_ agent: Agent, _ secret: AgentSecret) -> SecretReference {
        SecretReference(
            owner: agent.spec.owner ?? user, agent: agent.metadata.name, name: secret.name, mode: secret.mode ?? .proxy)
    }

    /// - Returns: whether it is the secret's first value.
    @discardableResult
    private func write(_ value: Secret<String>, to reference: SecretReference) async throws -> Bool {
        do {
            let isFirst = try await parts.secretWriter.write(value, to: reference)
            await parts.forgetSecret(reference)
            return isFirst
        } catch {
            throw APIError(error)
        }
    }

    private func declared(_ secret: String, _ name: String) async throws -> (Agent, AgentSecret) {
        let agent = try await effectiveAgent(name)
        guard let declaration = agent.spec.secrets?.first(where: { $0.name == secret }) else {
            throw APIError(.notFound, "agent \(name) has no secret \(secret); see: palana secrets list \(name)")
        }
        return (agent, declaration)
    }

    private func listing(_ secret: AgentSecret, of agent: Agent) -> SecretListing {
        let secret = secret.defaulted()
        let binding = parts.directory.agent(agent.id)?.secrets.first { $0.name == secret.name }
        return SecretListing(
            name: secret.name, mode: secret.mode ?? .proxy, hosts: secret.hosts ?? [],
            positions: secret.positions ?? [], placeholder: binding?.placeholder)
    }
}
