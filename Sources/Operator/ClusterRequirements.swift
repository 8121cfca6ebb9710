public import KubernetesClient
internal import PalanaCore

/// What a cluster must have before the operator can work.
public enum ClusterRequirements {
    /// - Throws: one sentence with what is missing and how to bring it.
    public static func check(_ client: KubernetesClient, namespace: String) async throws(KubernetesFailure) {
        let served = try await client.resources(group: APIVersion.group, version: APIVersion.version)
        let missing = ResourceKind.allCases.map(\.plural).filter { plural in
            !served.contains { $0.name == plural }
        }
        guard missing.isEmpty else {
            let names = missing.sorted().map { "\($0).\(APIVersion.group)" }.joined(separator: ", ")
            throw KubernetesFailure(
                .notServed,
                "The API server at \(client.configuration.server) doesn't know \(names): install the definitions with "
                    + "`palana crds | kubectl apply --server-side -f -`.")
        }
        guard try await client.find(Namespace.self, namespace) != nil else {
            throw KubernetesFailure(
                .notFound,
                "The platform's namespace \(namespace) isn't there: create it, or name the right one with --namespace.")
        }
    }
}
