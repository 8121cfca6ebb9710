internal import Foundation
public import KubernetesClient
internal import PalanaCore

/// The webhooks' authorities in a Secret: `1.crt` and `1.key`, `2.crt` and `2.key`, …, oldest first.
public struct SecretAuthorityStore: AuthorityStore {
    /// More than ever overlap.
    private static let places = 1...8

    private let client: KubernetesClient
    private let key: ObjectKey

    /// - Parameter name: of the Secret, which only the operator may read.
    public init(client: KubernetesClient, namespace: String, name: String = "palana-webhook-authority") {
        self.client = client
        key = ObjectKey(name, in: namespace)
    }

    public func load() async throws -> StoredAuthorities? {
        guard let secret = try await client.find(KubernetesSecret.self, key.name, in: key.namespace) else { return nil }
        let data = secret.data?.exposed ?? [:]
        let members = Self.places.compactMap { place -> StoredAuthorities.Member? in
            guard let certificate = data["\(place).crt"], let key = data["\(place).key"] else { return nil }
            return .init(
                certificatePEM: String(decoding: certificate, as: UTF8.self),
                keyPEM: String(decoding: key, as: UTF8.self))
        }
        return StoredAuthorities(members: members, version: secret.metadata.resourceVersion)
    }

    public func save(_ authorities: StoredAuthorities) async throws -> Bool {
        let members = authorities.members.suffix(Self.places.count)
        var data: [String: Data] = [:]
        for (place, member) in zip(Self.places, members) {
            data["\(place).crt"] = Data(member.certificatePEM.utf8)
            data["\(place).key"] = Data(member.keyPEM.utf8)
        }
        do throws(KubernetesFailure) {
            if let version = authorities.version {
                try await replace(data, version)
            } else {
                try await create(data)
            }
            return true
        } catch {
            guard error.reason == .alreadyExists || error.reason == .conflict else { throw error }
            return false
        }
    }

    private func create(_ data: [String: Data]) async throws(KubernetesFailure) {
        let metadata = ObjectMeta(
            name: key.name, namespace: key.namespace, labels: [AgentObjectNames.managedByLabel: "palana"])
        try await client.create(KubernetesSecret(metadata: metadata, type: "Opaque", data: SecretData(data)))
    }

    private func replace(_ data: [String: Data], _ version: String) async throws(KubernetesFailure) {
        var fields: [String: JSONValue] = [:]
        for place in Self.places {
            for name in ["\(place).crt", "\(place).key"] {
                fields[name] = data[name].map { .string($0.base64EncodedString()) } ?? .null
            }
        }
        let body: JSONValue = ["metadata": ["resourceVersion": .string(version)], "data": .object(fields)]
        try await client.patch(KubernetesSecret.self, key.name, in: key.namespace, body)
    }
}
