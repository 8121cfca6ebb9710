import AsyncHTTPClient
import Foundation
import NIOCore
import PalanaCore

extension APIConnection {
    /// What an error of the transport means. Texts of unknown errors are not repeated, their type is.
    func failure(of request: APIRequest, for error: any Error) -> KubernetesFailure {
        let type = String(describing: Swift.type(of: error))
        switch error {
        case let failure as KubernetesFailure: return failure
        case is CancellationError:
            return KubernetesFailure(.cancelled, "\(request.subject): cancelled")
        case is DeadlineExceeded: return late(request)
        case is NIOTooManyBytesError:
            return KubernetesFailure(
                .tooLarge, "\(request.subject): the answer is longer than \(Self.answerLimit >> 20) MiB")
        case let error as IOError: return unreachable(request, String(cString: strerror(error.errnoCode)))
        case let error as HTTPClientError where error == .cancelled:
            return KubernetesFailure(.cancelled, "\(request.subject): cancelled")
        case let error as HTTPClientError where Self.timeouts.contains(error): return late(request)
        case let error as HTTPClientError: return unreachable(request, error.shortDescription)
        case _ where type.contains("SSL"):
            return KubernetesFailure(
                .untrusted,
                "\(request.subject): no TLS with the API server at \(configuration.server) (\(type)); check the "
                    + "certificate authority, the name in its certificate, and the client certificate")
        default: return unreachable(request, type)
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout,
    ]

    private func late(_ request: APIRequest) -> KubernetesFailure {
        KubernetesFailure(
            .timedOut,
            "\(request.subject): the API server at \(configuration.server) didn't answer in time; check its load and "
                + "the network")
    }

    private func unreachable(_ request: APIRequest, _ reason: String) -> KubernetesFailure {
        KubernetesFailure(
            .unreachable,
            "\(request.subject): the API server at \(configuration.server) can't be reached (\(reason)); check that it "
                + "runs and that address and network are right")
    }
}

/// An `HTTPClient` that closes itself when its last user is gone: left open it ends the whole process in a debug build.
final class HTTPConnections: Sendable {
    let client: HTTPClient

    init(_ configuration: HTTPClient.Configuration) {
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // Closed already is the usual case, and nobody is left to be told of another.
        client.shutdown(queue: .global()) { _ in }
    }
}

extension KubernetesConfiguration {
    /// The HTTP client's settings: no redirects (a credential must not follow one), no proxy, no hidden reconnecting.
    /// - Parameters:
    ///   - silence: after so long without a byte a connection in use is taken for broken.
    ///   - limit: how many connections there are at most.
    func http(silence: Duration, limit: Int) -> HTTPClient.Configuration {
        var http = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: .nanoseconds(min(requestTimeout, .seconds(10)).nanoseconds),
                read: .nanoseconds(silence.nanoseconds)))
        http.proxy = nil
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limit
        http.httpVersion = .http1Only
        if let serverName {
            // The host's own name or address is where the connection goes; the certificate is checked for the other.
            let host = server.host.hasPrefix("[") ? String(server.host.dropFirst().dropLast()) : server.host
            http.dnsOverride = [serverName: host]
        }
        return http
    }
}

extension Duration {
    /// For NIO's `TimeAmount`; never negative, at most a day.
    var nanoseconds: Int64 {
        let bounded = min(max(self, .zero), .seconds(86_400))
        return bounded.components.seconds * 1_000_000_000 + bounded.components.attoseconds / 1_000_000_000
    }
}
