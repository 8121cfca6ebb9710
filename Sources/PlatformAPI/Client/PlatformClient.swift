import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PalanaCore

/// The CLI's side of the HTTP API, over the platform's Unix socket.
public struct PlatformClient: Sendable {
    /// The methods that the API knows.
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    private let socketPath: String

    /// A socket that nobody listens on is known at once: asking again for a minute would only keep people waiting.
    /// Lives as long as the process, as every command's does.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameter socketPath: the API's socket; who may open it may do everything on this platform.
    public init(socketPath: String) {
        self.socketPath = socketPath
    }

    /// Asks for a JSON answer.
    public func get<Answer: Decodable & Sendable>(_ path: [String], query: [String: String] = [:]) async throws
        -> Answer
    {
        try await send(.get, path, query: query)
    }

    /// Sends `body` as JSON (nothing when nil) and reads a JSON answer.
    public func send<Answer: Decodable & Sendable>(
        _ method: Method, _ path: [String], query: [String: String] = [:], body: (any Encodable & Sendable)? = nil
    ) async throws -> Answer {
        let data = try body.map { try JSONEncoder.api.encode($0) }
        return try await exchange(method, path, query, data, contentType: "application/json")
    }

    /// Sends a manifest's text and reads a JSON answer.
    public func send<Answer: Decodable & Sendable>(
        _ method: Method, _ path: [String], query: [String: String] = [:], manifest: String
    ) async throws -> Answer {
        try await exchange(method, path, query, Data(manifest.utf8), contentType: "application/yaml")
    }

    /// Reads an answer as it comes; for logs. The next piece is read when it is asked for.
    public func stream(_ path: [String], query: [String: String]) async throws -> LogPieces {
        let response = try await execute(request(.get, path, query, nil, contentType: ""), deadline: .hours(24 * 365))
        guard response.status == .ok else { throw try await failure(response) }
        return response.body.map { Array($0.readableBytesView) }
    }

    private func exchange<Answer: Decodable & Sendable>(
        _ method: Method, _ path: [String], _ query: [String: String], _ body: Data?, contentType: String
    ) async throws -> Answer {
        let response = try await execute(
            request(method, path, query, body, contentType: contentType), deadline: .minutes(2))
        guard (200..<300).contains(response.status.code) else { throw try await failure(response) }
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return try JSONDecoder.api.decode(Answer.self, from: Data(bytes.readableBytesView))
    }

    private func request(
        _ method: Method, _ path: [String], _ query: [String: String], _ body: Data?, contentType: String
    ) -> HTTPClientRequest {
        let host = socketPath.percentEncoded
        let query = query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.percentEncoded)" }
        let tail = query.isEmpty ? "" : "?" + query.joined(separator: "&")
        var request = HTTPClientRequest(
            url: "http+unix://\(host)/" + path.map(\.percentEncoded).joined(separator: "/") + tail)
        request.method = HTTPMethod(rawValue: method.rawValue)
        if let body {
            request.headers.add(name: "content-type", value: contentType)
            request.body = .bytes(body, length: .known(Int64(body.count)))
        }
        return request
    }

    private func execute(_ request: HTTPClientRequest, deadline: TimeAmount) async throws -> HTTPClientResponse {
        do {
            return try await Self.http.execute(request, deadline: .now() + deadline)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw APIError(.unavailable, "the platform is not running (\(socketPath)); start it with: palana up")
        }
    }

    private func failure(_ response: HTTPClientResponse) async throws -> APIError {
        let bytes = try await response.body.collect(upTo: 1 << 20)
        if let body = try? JSONDecoder.api.decode(APIErrorBody.self, from: Data(bytes.readableBytesView)) {
            return body.error
        }
        return APIError(.failed, "the platform answered \(response.status.code) without saying why; see: palana status")
    }
}

/// `{}`: an answer that says no more than that it was done.
public struct Done: Sendable, Codable {
    public init() {}
}

extension JSONEncoder {
    /// How the API writes JSON.
    static var api: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension JSONDecoder {
    /// How the API reads JSON.
    static var api: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}

extension String {
    /// Every byte but the unreserved ones as `%XX` (RFC 3986, section 2.3).
    var percentEncoded: String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return utf8.map { byte in
            unreserved.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        .joined()
    }
}
