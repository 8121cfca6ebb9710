public import Foundation
import Logging
import NIOHTTP1
public import PalanaCore

/// A service beside the API server that takes the same credentials and answers failures as it does.
public struct CompanionService: Sendable {
    public enum Method: String, Sendable {
        case put = "PUT"
        case delete = "DELETE"
    }

    private let connection: APIConnection

    /// - Parameter configuration: the API server's, with the service's own address and authority in it.
    /// - Throws: `configuration`, also for who acts in another's name: the service would not know.
    public init(_ configuration: KubernetesConfiguration) throws(KubernetesFailure) {
        guard configuration.impersonation == nil else {
            throw KubernetesFailure(
                .configuration,
                "\(configuration.server): acting for somebody else (`as` in the kubeconfig) is not supported yet; leave it out"
            )
        }
        connection = try APIConnection(
            configuration, clock: .continuous,
            logger: Logger(label: "kubernetes", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    /// Sends one call.
    /// - Parameters:
    ///   - path: its segments.
    ///   - body: JSON that may hold what must not be seen.
    ///   - subject: what messages name.
    public func send(
        _ method: Method, _ path: [String], body: Secret<Data>? = nil, subject: String
    ) async throws(KubernetesFailure) -> Data {
        var request = APIRequest(
            verb: method == .put ? .create : .delete, method: HTTPMethod(rawValue: method.rawValue),
            path: "/" + path.map(Wire.escaped).joined(separator: "/"), subject: subject)
        request.body = body
        return try await connection.send(request, as: nil)
    }
}
