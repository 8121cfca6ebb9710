import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PalanaCore

/// OPA's REST API over its Unix socket (OPA documentation, "REST API"). One per OPA; `close()` when done.
///
/// A question that runs into its deadline closes its connection, and OPA ends the evaluation that belongs to it.
public final class OPAServer: Sendable {
    /// OPA's status and body.
    struct Answer: Sendable {
        let status: Int
        let body: ByteBuffer
    }

    let configuration: OPAConfiguration
    private let asking: HTTPClient
    private let loading: HTTPClient
    private let base: String

    public init(_ configuration: OPAConfiguration) {
        self.configuration = configuration
        asking = Self.client(configuration, read: configuration.decisionDeadline)
        loading = Self.client(configuration, read: configuration.loadDeadline)
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_.~"))
        base = "http+unix://\(configuration.socketPath.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
    }

    /// Closes all connections. Questions under way fail.
    public func close() async throws {
        try await asking.shutdown()
        try await loading.shutdown()
    }

    /// Closes all connections that are still open, without anybody waiting for it: the last reference is gone, so no question is under way.
    deinit {
        asking.shutdown { _ in }
        loading.shutdown { _ in }
    }

    /// The life of the process that listens now; nil when none does.
    func life() -> OPALife? { OPALife(socketPath: configuration.socketPath) }

    /// Asks for a decision; `path` is percent-encoded and may have a query.
    func ask(_ path: String, body: ByteBuffer) async throws(PolicyFailure) -> Answer {
        try await send(.POST, path, body, "application/json", asking, configuration.decisionDeadline)
    }

    /// Changes or lists what OPA holds.
    func load(
        _ method: HTTPMethod, _ path: String, body: ByteBuffer? = nil, type: String = "application/json"
    ) async throws(PolicyFailure) -> Answer {
        try await send(method, path, body, type, loading, configuration.loadDeadline)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ body: ByteBuffer?, _ type: String, _ client: HTTPClient,
        _ deadline: Duration
    ) async throws(PolicyFailure) -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        // The socket's path, which the client would put here, is no host name; Go's server refuses it.
        request.headers.add(name: "host", value: "opa")
        if let body {
            request.headers.add(name: "content-type", value: type)
            request.body = .bytes(body)
        }
        do {
            let response = try await client.execute(request, deadline: .now() + TimeAmount(deadline))
            return Answer(status: Int(response.status.code), body: try await response.body.collect(upTo: 1 << 20))
        } catch {
            throw Self.failure(error, deadline: deadline)
        }
    }

    /// The deadline of a call ends with the answer's head (async-http-client); `read` guards its body.
    private static func client(_ configuration: OPAConfiguration, read: Duration) -> HTTPClient {
        var settings = HTTPClient.Configuration(redirectConfiguration: .disallow)
        settings.timeout.connect = TimeAmount(configuration.decisionDeadline)
        settings.timeout.read = TimeAmount(read)
        settings.httpVersion = .http1Only
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connectionLimit
        settings.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    private static func failure(_ error: any Error, deadline: Duration) -> PolicyFailure {
        switch error as? HTTPClientError {
        case .deadlineExceeded, .readTimeout, .connectTimeout:
            PolicyFailure("OPA did not answer within \(deadline)")
        default:
            PolicyFailure("OPA can't be asked: \(error)")
        }
    }
}
