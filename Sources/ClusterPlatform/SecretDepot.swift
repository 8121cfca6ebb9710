import Foundation
import KubernetesClient
import PalanaCore
import PlatformAPI

/// Where `palana api` is reached from outside of the cluster, and whom its certificate is from.
public struct ClusterAPIPlace: Sendable, Hashable {
    /// The ConfigMap in the platform's namespace that says so to everybody: `url` and `ca.crt`.
    static let configMap = "palana-api"

    public var url: String
    /// PEM; nil means the system's authorities.
    public var authority: String?

    public init(url: String, authority: String? = nil) {
        self.url = url
        self.authority = authority
    }
}

/// The way of secrets' values into the vault: through `palana api` and no object of the cluster.
struct SecretDepot: Sendable {
    private let service: CompanionService

    /// - Parameters:
    ///   - place: nil means that the cluster is asked.
    ///   - namespace: the platform's own.
    init(_ client: KubernetesClient, place: ClusterAPIPlace?, namespace: String) async throws(KubernetesFailure) {
        let found: ClusterAPIPlace
        if let place { found = place } else { found = try await Self.published(client, namespace) }
        var configuration = client.configuration
        configuration.server = try ServerAddress(found.url)
        configuration.certificateAuthority = found.authority.map { .value(Secret([UInt8]($0.utf8))) }
        configuration.serverName = nil
        service = try CompanionService(configuration)
    }

    private static func published(
        _ client: KubernetesClient, _ namespace: String
    ) async throws(KubernetesFailure) -> ClusterAPIPlace {
        let map = try await client.find(ConfigMap.self, ClusterAPIPlace.configMap, in: namespace)
        guard let url = map?.data?["url"], !url.isEmpty else {
            throw KubernetesFailure(
                .configuration,
                "the cluster does not say where palana api is (ConfigMap \(namespace)/\(ClusterAPIPlace.configMap)); name it "
                    + "once with: palana context use NAME --api https://HOST:PORT --api-ca FILE")
        }
        return ClusterAPIPlace(url: url, authority: map?.data?["ca.crt"])
    }

    /// - Returns: whether it is the secret's first value.
    func write(
        _ value: Secret<String>, _ secret: String, _ mode: SecretMode, of agent: Agent
    ) async throws(KubernetesFailure) -> Bool {
        let body: Data
        do {
            body = try JSONEncoder().encode(SecretRotation(value: value))
        } catch {
            throw KubernetesFailure(.malformed, "the value of secret \(secret) can't be written as JSON")
        }
        let answer = try await service.send(
            .put, path(secret, mode, agent), body: Secret(body), subject: "secret \(agent.metadata.name)/\(secret)")
        return (try? JSONDecoder().decode(SecretReceipt.self, from: answer))?.isFirst ?? false
    }

    func remove(_ secret: String, _ mode: SecretMode, of agent: Agent) async throws(KubernetesFailure) {
        _ = try await service.send(
            .delete, path(secret, mode, agent), subject: "secret \(agent.metadata.name)/\(secret)")
    }

    private func path(_ secret: String, _ mode: SecretMode, _ agent: Agent) -> [String] {
        [
            "v1", "namespaces", agent.metadata.namespace ?? "", "agents", agent.metadata.name, "secrets", mode.rawValue,
            secret,
        ]
    }
}
