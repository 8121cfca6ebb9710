import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Plain calls of the API server as one user, for arranging and observing what a test needs without the client under test;
/// and of etcd's JSON gateway.
public struct ControlPlaneConnection: Sendable {
    public struct Answer: Sendable, CustomStringConvertible {
        public var status: Int
        public var body: Data

        public var isSuccess: Bool { (200..<300).contains(status) }
        public var description: String { "\(status) \(String(decoding: body.prefix(1_000), as: UTF8.self))" }
    }

    public let server: String
    private let client: HTTPClient

    /// Without TLS.
    init(server: String) {
        self.init(server: server, configuration: HTTPClient.Configuration())
    }

    private init(server: String, configuration: HTTPClient.Configuration) {
        self.server = server
        var configuration = configuration
        // A server that isn't there is said so at once: who waits for it asks again.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    init(server: String, authority: String, identity: TestAuthority.Identity) throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
        tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
            .map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.keyPEM.utf8), format: .pem))
        self.init(server: server, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
    }

    /// - Parameters:
    ///   - path: with its query, as in `/api/v1/namespaces?limit=1`.
    ///   - json: the body.
    public func send(
        _ method: String, _ path: String, json: String? = nil, contentType: String = "application/json"
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: server + path)
        request.method = .init(rawValue: method)
        if let json {
            request.headers.add(name: "Content-Type", value: contentType)
            request.body = .bytes(ByteBuffer(string: json))
        }
        let response = try await client.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), body: Data(body.readableBytesView))
    }

    /// The same, and anything but a success is an error.
    @discardableResult
    public func must(
        _ method: String, _ path: String, json: String? = nil, contentType: String = "application/json"
    ) async throws -> Data {
        let answer = try await send(method, path, json: json, contentType: contentType)
        guard answer.isSuccess else { throw ControlPlaneFailure("\(method) \(path) was answered with \(answer)") }
        return answer.body
    }

    func close() async throws {
        try await client.shutdown()
    }
}
