public import KubernetesClient
internal import PalanaCore

/// Asks the API server (SubjectAccessReview) whether a user may act for a tenant.
public struct ClusterReviewer: ActingReviewer {
    private let client: KubernetesClient

    public init(client: KubernetesClient) {
        self.client = client
    }

    public func mayAct(_ user: UserInfo, as tenant: String) async throws -> Bool {
        let type = Tenant.type
        let review = SubjectAccessReview(
            spec: .init(
                user: user.username, groups: user.groups, uid: user.uid, extra: user.extra,
                resourceAttributes: .init(
                    verb: "act-as", group: type.group, version: type.version, resource: type.plural, name: tenant)))
        return try await client.review(review).isAllowed
    }
}
