import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import PalanaCore

/// Posts requests to the receiver.
struct OTLPClient: Sendable {
    let configuration: ShippingConfiguration
    let client: HTTPClient

    /// An answer says little.
    private static let answerLimit = 1 << 20

    /// - Throws: `CancellationError` only.
    func send(_ body: [UInt8], _ headers: [ShippingHeaders.Header]) async throws -> ShippingAnswer {
        let limit = configuration.requestTimeout
        do {
            return try await withDeadline(limit, sleep: configuration.sleep) { try await exchange(body, headers) }
        } catch is DeadlineExceeded {
            return .later("it doesn't answer within \(limit.components.seconds) s", pause: nil)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            return .later(Self.reason(error), pause: nil)
        }
    }

    private func exchange(_ body: [UInt8], _ headers: [ShippingHeaders.Header]) async throws -> ShippingAnswer {
        var request = HTTPClientRequest(url: configuration.address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        for header in headers { request.headers.add(name: header.name, value: header.value.exposed) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let answer = try await client.execute(request, deadline: .distantFuture)
        let text = try await answer.body.collect(upTo: Self.answerLimit)
        return ShippingAnswer(
            status: Int(answer.status.code), retryAfter: answer.headers.first(name: "Retry-After"),
            body: Data(text.readableBytesView), now: Date())
    }

    /// Texts of unknown errors are not repeated, their type is.
    private static func reason(_ error: any Error) -> String {
        let type = String(describing: Swift.type(of: error))
        switch error {
        case let error as IOError: return "it can't be reached: \(String(cString: strerror(error.errnoCode)))"
        case let error as HTTPClientError: return "it can't be reached: \(error.shortDescription)"
        case _ where type.contains("SSL"): return "its certificate isn't trusted, or it speaks no TLS (\(type))"
        default: return "it can't be reached: \(type)"
        }
    }
}

extension ShippingConfiguration {
    /// The HTTP client's settings: no redirects (headers must not follow one), no hidden reconnecting (who is away is
    /// said to be), no decompression.
    func http() throws(AuditFailure) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authorityFile {
            tls.trustRoots = .certificates(try Self.certificates(in: authorityFile))
            tls.additionalTrustRoots = []
        }
        var http = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        http.connectionPool.retryConnectionEstablishment = false
        http.httpVersion = .http1Only
        return http
    }

    private static func certificates(in file: String) throws(AuditFailure) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(file), !certificates.isEmpty else {
            throw AuditFailure(
                "\(file) can't be read as the authority of the receiver of audit records: give a PEM file of certificates"
            )
        }
        return certificates
    }
}
