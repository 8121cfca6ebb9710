public import KubernetesClient

/// Who asks, as the cluster knows them.
public struct Caller: Sendable, Hashable {
    public var user: UserInfo

    public init(user: UserInfo) {
        self.user = user
    }

    /// The raw name; for the audit log.
    public var name: String { user.username ?? "" }
}

/// Says who somebody is by what they show: a client certificate that TLS has verified, else a bearer token.
public struct CallerCheck: Sendable {
    private let client: KubernetesClient

    /// - Parameter client: may create TokenReviews.
    public init(client: KubernetesClient) {
        self.client = client
    }

    /// A certificate wins, as at the API server.
    /// - Returns: nil for nobody who is known.
    func caller(certificate: UserInfo?, token: TokenReview.Spec?) async throws(KubernetesFailure) -> Caller? {
        if var user = certificate {
            user.groups = (user.groups ?? []) + ["system:authenticated"]
            return Caller(user: user)
        }
        guard let token else { return nil }
        let answer = try await client.review(TokenReview(spec: token)).status
        guard answer?.authenticated == true, let user = answer?.user, user.username?.isEmpty == false else {
            return nil
        }
        return Caller(user: user)
    }
}
