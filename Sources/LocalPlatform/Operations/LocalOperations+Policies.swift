import PalanaCore
import PlatformAPI

/// The set of policies in force follows what is stored. Everything here is done with the turn `objects`.
extension LocalOperations {
    /// Puts in force what the store holds.
    /// - Throws: `APIError`; what was in force before stays.
    public func publishPolicies() async throws {
        try await turns.alone([.objects]) { try await publishStored() }
    }

    func publishStored() async throws {
        try await parts.policies.publish(try await storedPolicies())
    }

    /// Puts in force what the store holds with these in it.
    func publish(with resources: [Resource]) async throws {
        let new = resources.compactMap(Self.policy)
        guard !new.isEmpty else { return }
        let names = Set(new.map(\.metadata.name))
        try await parts.policies.publish(try await storedPolicies().filter { !names.contains($0.metadata.name) } + new)
    }

    /// A policy that is gone from the store is in force no longer; when OPA can't be told, it is kept in both.
    func deletePolicy(_ key: ResourceKey) async throws {
        let policy = try await get(key)
        try await granting(Act(.policy, "deleted", detail: key.description)) {
            try await store { store async throws(StoreFailure) in _ = try await store.delete(key) }
            do {
                try await publishStored()
            } catch {
                try await bringBack([PlannedChange(policy, before: policy)], after: error)
                throw error
            }
        }
    }

    private func storedPolicies() async throws -> [EgressPolicy] {
        try await list(.egressPolicy).compactMap(Self.policy)
    }

    private static func policy(_ resource: Resource) -> EgressPolicy? {
        guard case .egressPolicy(let policy) = resource else { return nil }
        return policy
    }
}
