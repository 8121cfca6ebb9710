public import PalanaCore
import PlatformAPI

/// Reading and deleting objects.
extension LocalOperations {
    public func get(_ key: ResourceKey) async throws -> Resource {
        try Self.refuseUnsupported(key.kind)
        do {
            return shown(try await store { store async throws(StoreFailure) in try await store.get(key) })
        } catch let error as APIError where error.reason == .notFound {
            guard let kill = unstoredKill(key) else { throw error }
            return kill
        }
    }

    public func list(_ kind: ResourceKind) async throws -> [Resource] {
        try Self.refuseUnsupported(kind)
        let stored = try await store { store async throws(StoreFailure) in try await store.list(kind) }.map(shown)
        return kind == .killSwitch ? withUnstoredKills(stored) : stored
    }

    public func delete(_ key: ResourceKey) async throws {
        try Self.refuseUnsupported(key.kind)
        let turn: [Turns.Turn] =
            switch key.kind {
            case .agent: [.agent(key.name)]
            case .killSwitch: [.killSwitch(key.name)]
            default: []
            }
        try await turns.alone(turn) { try await deleteInTurn(key) }
    }

    private static func refuseUnsupported(_ kind: ResourceKind) throws {
        guard let problem = FeatureSupport.singleMachine.problem(with: kind) else { return }
        throw APIError(.invalid, "\(kind.rawValue): \(problem)")
    }

    /// Deletes; for an agent the caller has its turn.
    /// - Parameter act: an agent's deletion as it stands in the audit log; nil for the local user's.
    func deleteInTurn(_ key: ResourceKey, _ act: Act? = nil) async throws {
        switch key.kind {
        case .agent: try await delete(try await storedAgent(key.name), act)
        case .agentTemplate: try await turns.alone([.objects]) { try await deleteTemplate(key) }
        case .egressPolicy: try await turns.alone([.objects]) { try await deletePolicy(key) }
        case .killSwitch: try await release(key)
        case .tenant: try Self.refuseUnsupported(key.kind)
        }
    }

    /// Stops the agent, takes its identity away, removes its secrets, then what it wrote.
    private func delete(_ agent: Agent, _ act: Act?) async throws {
        let key = ResourceKey(.agent, agent.metadata.name)
        try await narrowing(act ?? Act(.lifecycle, "deleted", agent: agent, detail: key.description)) {
            try await stop(agent)
            let effective = try await agentToErase(agent)
            for secret in effective.spec.secrets ?? [] { try await erase(reference(effective, secret)) }
            await parts.forgetAgent(effective.spec.owner ?? user, effective.metadata.name)
            try await runtime(effective) { () async throws(RuntimeFailure) in
                try await parts.runtime.remove(effective)
            }
            try await removeFromStore(key)
        }
    }

    /// With its template, where the rest of its secrets may stand; when that is gone, what it says itself is all there
    /// is.
    private func agentToErase(_ agent: Agent) async throws -> Agent {
        do {
            return try await effectiveAgent(agent.metadata.name)
        } catch let error as APIError where error.reason == .notFound {
            return agent.defaulted()
        }
    }

    private func deleteTemplate(_ key: ResourceKey) async throws {
        _ = try await get(key)
        let users = try await list(.agent).compactMap(\.agent).filter { $0.spec.template == key.name }
        guard users.isEmpty else {
            let names = users.map(\.metadata.name).joined(separator: ", ")
            throw APIError(.conflict, "\(key) is used by agent \(names); delete or change them first")
        }
        try await narrowing(Act(.lifecycle, "deleted", detail: key.description)) { try await removeFromStore(key) }
    }

    private func removeFromStore(_ key: ResourceKey) async throws {
        try await store { store async throws(StoreFailure) in _ = try await store.delete(key) }
        try await refreshDirectory()
    }

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
}
