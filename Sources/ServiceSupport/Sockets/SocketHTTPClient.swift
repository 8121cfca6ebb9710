import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks an HTTP server on a Unix socket, such as a program's admin interface.
public struct SocketHTTPClient: Sendable {
    private let base: String

    /// Lives as long as the process. Nobody listens: known at once, not after retries.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameter socketPath: absolute.
    public init(socketPath: String) {
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        base = "http+unix://\(socketPath.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")"
    }

    /// - Parameter target: path and query, starting with a slash.
    /// - Returns: the body of a 200; nil for any other answer.
    /// - Throws: when nobody answers within `limit`.
    public func get(_ target: String, within limit: Duration) async throws -> String? {
        let time = TimeAmount.nanoseconds(
            limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000)
        let response = try await Self.http.execute(HTTPClientRequest(url: base + target), deadline: .now() + time)
        let body = try await response.body.collect(upTo: 1 << 20)
        return response.status == .ok ? String(buffer: body) : nil
    }
}
