import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
package import PalanaCore

/// Sends single calls and turns every ending but 2xx into a `VaultFailure`. Knows nothing of logins.
package struct VaultTransport: Sendable {
    /// A KV secret is at most 1 MiB by default (raft's `max_entry_size`); nothing we ask for is larger.
    static let answerLimit = 2 << 20

    let configuration: VaultConfiguration
    private let connections: HTTPConnections
    private let clock: VaultClock

    package init(_ configuration: VaultConfiguration, clock: VaultClock = .continuous) throws(VaultFailure) {
        self.configuration = configuration
        self.clock = clock
        connections = HTTPConnections(try configuration.http())
    }

    /// Closes the connections. Nothing may be sent afterwards.
    package func shutdown() async throws {
        try await connections.client.shutdown()
    }

    /// Sends one call, and again after a moment while it is idempotent, the failure transient and the time not over.
    package func send(_ request: VaultRequest, token: Secret<String>? = nil) async throws(VaultFailure) -> VaultAnswer {
        let end = clock.now() + configuration.requestTimeout
        var pause = Duration.milliseconds(50)
        var last: VaultFailure?
        while true {
            do throws(VaultFailure) {
                return try await sendOnce(request, token: token, limit: end - clock.now())
            } catch {
                // Cut off in a repetition, what failed before says more than that the time was over.
                if case .timedOut = error, let last { throw last }
                guard request.isIdempotent, error.isTransient, clock.now() + pause < end else { throw error }
                last = error
            }
            try await rest(pause, before: request)
            pause = min(pause * 2, .milliseconds(400))
        }
    }

    private func rest(_ pause: Duration, before request: VaultRequest) async throws(VaultFailure) {
        do {
            try await clock.sleep(pause)
        } catch {
            throw unreachable(request, "cancelled")
        }
    }

    private func sendOnce(
        _ request: VaultRequest, token: Secret<String>?, limit: Duration
    ) async throws(VaultFailure) -> VaultAnswer {
        let answer: VaultAnswer
        do {
            answer = try await withDeadline(limit, sleep: clock.sleep) { try await exchange(request, token: token) }
        } catch is DeadlineExceeded {
            throw .timedOut(path: request.path, after: configuration.requestTimeout)
        } catch is NIOTooManyBytesError {
            throw .nonsense(path: request.path, why: "longer than \(Self.answerLimit) bytes")
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            throw .timedOut(path: request.path, after: configuration.requestTimeout)
        } catch {
            throw failure(of: request, for: error)
        }
        try Self.check(answer)
        return answer
    }

    private func exchange(_ request: VaultRequest, token: Secret<String>?) async throws -> VaultAnswer {
        var outgoing = HTTPClientRequest(url: "\(configuration.address.base)/v1/\(request.path)")
        outgoing.method = request.method
        outgoing.headers.add(name: "X-Vault-Request", value: "true")
        // Otherwise the socket's path would be the host, and Go's HTTP server answers that with 400.
        if configuration.address.isSocket { outgoing.headers.add(name: "Host", value: "localhost") }
        if let namespace = configuration.namespace {
            outgoing.headers.add(name: "X-Vault-Namespace", value: namespace)
        }
        if let token { outgoing.headers.add(name: "X-Vault-Token", value: token.exposed) }
        if let body = request.body {
            outgoing.headers.add(name: "Content-Type", value: "application/json")
            outgoing.body = .bytes(ByteBuffer(bytes: body.exposed))
        }
        let incoming = try await connections.client.execute(
            outgoing, timeout: .nanoseconds(configuration.requestTimeout.nanoseconds))
        let body = try await incoming.body.collect(upTo: Self.answerLimit)
        return VaultAnswer(
            status: Int(incoming.status.code), path: request.path, body: Secret(Data(body.readableBytesView)))
    }

    /// The meaning of the statuses: the API's "HTTP status codes" page of OpenBao and Vault.
    private static func check(_ answer: VaultAnswer) throws(VaultFailure) {
        switch answer.status {
        case 200...204: return
        case 403: throw .forbidden(path: answer.path)
        case 404: throw .missing(path: answer.path)
        case 503: throw .sealed(path: answer.path)
        case 300...399, 412, 429, 472, 473, 500...599: throw .notReady(path: answer.path, status: answer.status)
        default: throw .refused(path: answer.path, status: answer.status)
        }
    }

    private static let timeouts: [HTTPClientError] = [.deadlineExceeded, .readTimeout, .connectTimeout]

    private func unreachable(_ request: VaultRequest, _ reason: String) -> VaultFailure {
        .unreachable(path: request.path, address: configuration.address.description, reason: reason)
    }

    /// What a transport error means. Texts of unknown errors are not repeated, their type is.
    private func failure(of request: VaultRequest, for error: any Error) -> VaultFailure {
        let type = String(describing: Swift.type(of: error))
        switch error {
        case let error as IOError: return unreachable(request, String(cString: strerror(error.errnoCode)))
        case let error as HTTPClientError: return unreachable(request, error.shortDescription)
        case is CancellationError: return unreachable(request, "cancelled")
        case _ where type.contains("SSL"):
            return .untrusted(path: request.path, address: configuration.address.description, reason: type)
        default: return unreachable(request, type)
        }
    }
}
