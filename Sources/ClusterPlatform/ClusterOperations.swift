public import KubernetesClient
public import PalanaCore
public import PlatformAPI

/// A platform in a Kubernetes cluster, as one person sees it: every call goes straight to the API server with that person's
/// own rights, and what they may not do there they may not do here. The extensions hold one noun each.
public struct ClusterOperations: PlatformOperations {
    /// Whom the API server knows our fields by.
    static let fieldManager = "palana-cli"

    let client: KubernetesClient
    let home: TenantHome
    let deadlines: ClusterDeadlines
    /// Of `palana api`; nil means that the cluster says it.
    let place: ClusterAPIPlace?
    let platformNamespace: String
    /// Tells the person what is waited for, or goes on all the same.
    let notify: @Sendable (String) -> Void

    /// - Parameters:
    ///   - namespace: where agents are kept; nil means the tenant namespace of the caller.
    ///   - platformNamespace: the platform's own.
    public init(
        client: KubernetesClient, namespace: String? = nil, place: ClusterAPIPlace? = nil,
        platformNamespace: String = "palana-system", deadlines: ClusterDeadlines = ClusterDeadlines(),
        notify: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.deadlines = deadlines
        self.place = place
        self.platformNamespace = platformNamespace
        self.notify = notify
        home = TenantHome(client: client, given: namespace)
    }

    public func status() async throws -> PlatformStatus { throw APIError.unsupportedInCluster("palana status") }

    public func explain(agent: String, method: String, url: String) async throws -> PolicyExplanation {
        throw APIError.unsupportedInCluster("palana policy explain")
    }

    /// The agent as it is stored, or `not_found`.
    func agent(_ name: String) async throws -> Agent {
        guard case .agent(let agent) = try await get(ResourceKey(.agent, name)) else {
            throw APIError(.failed, "\(name) is no Agent")
        }
        return agent
    }

    /// Calls the API server and answers its failure as the API says it.
    func asking<Value>(_ body: () async throws(KubernetesFailure) -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw APIError(error)
        }
    }
}

/// How long a person's command waits for what the cluster does later.
public struct ClusterDeadlines: Sendable {
    /// For an object to be gone.
    public var deletion: Duration
    /// For a pod to run.
    public var start: Duration
    /// Between two looks.
    public var pause: Duration

    public init(
        deletion: Duration = .seconds(120), start: Duration = .seconds(300), pause: Duration = .milliseconds(250)
    ) {
        self.deletion = deletion
        self.start = start
        self.pause = pause
    }
}

extension APIError {
    /// - Parameter what: the command.
    public static func unsupportedInCluster(_ what: String) -> APIError {
        APIError(
            .notSupported,
            "\(what): not supported yet in a Kubernetes context; for the platform of this machine: palana context use local"
        )
    }
}
