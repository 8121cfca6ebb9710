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
    /// - Returns: the body of a 200.
    /// - Throws: ``UnexpectedStatus`` for any other answer; when nobody answers within `limit`.
    public func get(_ target: String, within limit: Duration) async throws -> String {
        let time = TimeAmount.nanoseconds(
            limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000)
        var request = HTTPClientRequest(url: base + target)
        // Otherwise it would be the socket's path, which is no name of a host.
        request.headers.replaceOrAdd(name: "Host", value: "localhost")
        let response = try await Self.http.execute(request, deadline: .now() + time)
        let body = try await response.body.collect(upTo: 1 << 20)
        guard response.status == .ok else { throw UnexpectedStatus(code: Int(response.status.code)) }
        return String(buffer: body)
    }

    /// The server answered, but not with what was asked for.
    public struct UnexpectedStatus: Error, Sendable, CustomStringConvertible {
        public var code: Int

        public var description: String { "answered with status \(code)" }
    }
}
