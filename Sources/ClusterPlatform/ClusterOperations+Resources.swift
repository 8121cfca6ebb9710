import KubernetesClient
public import PalanaCore
import PlatformAPI

/// Reading and deleting objects.
extension ClusterOperations {
    public func get(_ key: ResourceKey) async throws -> Resource {
        let namespace = try await home.namespace(of: key.kind)
        guard let resource = try await found(key, namespace) else { throw Self.missing(key, namespace) }
        return resource
    }

    public func list(_ kind: ResourceKind) async throws -> [Resource] {
        let namespace = try await home.namespace(of: kind)
        let (resources, unreadable) = try await asking { () async throws(KubernetesFailure) in
            try await client.all(kind, in: namespace)
        }
        for (key, problem) in unreadable.sorted(by: { $0.key < $1.key }) {
            notify("\(kind.rawValue) \(key) can't be read: \(problem)")
        }
        return resources
    }

    /// Deletes and waits until the object is gone: the operator clears away what belongs to it first.
    public func delete(_ key: ResourceKey) async throws {
        let namespace = try await home.namespace(of: key.kind)
        let before = try await found(key, namespace)
        let wasThere = try await asking { () async throws(KubernetesFailure) in
            try await client.delete(key, in: namespace)
        }
        guard wasThere, let uid = before?.metadata.uid else { throw Self.missing(key, namespace) }
        try await wait(until: key, namespace, isGone: uid)
    }

    func found(_ key: ResourceKey, _ namespace: String?) async throws -> Resource? {
        try await asking { () async throws(KubernetesFailure) in try await client.find(key, in: namespace) }
    }

    private func wait(until key: ResourceKey, _ namespace: String?, isGone uid: String) async throws {
        let end = ContinuousClock.now + deadlines.deletion
        while let now = try await found(key, namespace), now.metadata.uid == uid {
            guard ContinuousClock.now < end else {
                throw APIError(
                    .unavailable,
                    "\(key) is marked for deletion and still there after \(deadlines.deletion); see: palana describe "
                        + "\(key.kind.rawValue.lowercased()) \(key.name)")
            }
            try await Task.sleep(for: deadlines.pause)
        }
    }

    static func missing(_ key: ResourceKey, _ namespace: String?) -> APIError {
        let place = namespace.map { " in namespace \($0)" } ?? ""
        return APIError(
            .notFound, "\(key) not found\(place); those that are there: palana get \(key.kind.rawValue.lowercased())")
    }
}
