import AsyncHTTPClient
import Foundation
public import Logging

/// Calls one API server. A value: copies share connections, credentials and counts.
public struct KubernetesClient: Sendable {
    let connection: APIConnection
    let versions: ServedVersions
    let user: Impersonation?

    /// - Throws: `configuration` for what can't be used; files are read with the first call.
    public init(
        _ configuration: KubernetesConfiguration, clock: KubernetesClock = .continuous,
        logger: Logger = Logger(label: "kubernetes")
    ) throws(KubernetesFailure) {
        connection = try APIConnection(configuration, clock: clock, logger: logger)
        versions = ServedVersions(clock: clock)
        user = configuration.impersonation
    }

    private init(_ other: KubernetesClient, as user: Impersonation?) {
        connection = other.connection
        versions = other.versions
        self.user = user
    }

    public var configuration: KubernetesConfiguration { connection.configuration }

    /// How many requests went out since the client was made, of all copies.
    public var requests: RequestCounts { connection.requests }

    /// The same client in another user's name.
    public func impersonating(_ user: Impersonation) -> KubernetesClient { KubernetesClient(self, as: user) }

    /// Closes the connections. Nothing may be sent afterwards. Without it they close when the last copy is gone.
    public func shutdown() async throws(KubernetesFailure) { try await connection.shutdown() }

    func send(_ request: APIRequest) async throws(KubernetesFailure) -> Data {
        try await connection.send(request, as: user)
    }

    func open(_ request: APIRequest) async throws(KubernetesFailure) -> HTTPClientResponse.Body {
        try await connection.open(request, as: user)
    }
}
