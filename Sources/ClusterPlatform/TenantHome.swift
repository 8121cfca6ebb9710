import KubernetesClient
import PalanaCore
import PlatformAPI
import Synchronization

/// Where a person's agents are kept.
final class TenantHome: Sendable {
    private let client: KubernetesClient
    private let known: Mutex<String?>

    /// - Parameter given: a namespace that the person named.
    init(client: KubernetesClient, given: String?) {
        self.client = client
        known = Mutex(given)
    }

    /// The namespace that was named, else the tenant namespace of whom the API server knows the caller as.
    func namespace() async throws -> String {
        if let namespace = known.withLock({ $0 }) { return namespace }
        let user: String?
        do {
            user = try await client.userName()
        } catch {
            throw APIError(error)
        }
        guard let user else {
            throw APIError(
                .invalid,
                "this API server does not say who you are; name your tenant's namespace with --namespace, or once with: "
                    + "palana context use NAME --namespace NAMESPACE")
        }
        let namespace = AgentNames.tenantNamespace(owner: user)
        known.withLock { $0 = namespace }
        return namespace
    }

    /// The same for objects of one kind; nil for those without namespaces.
    func namespace(of kind: ResourceKind) async throws -> String? {
        kind.isNamespaced ? try await namespace() : nil
    }
}
