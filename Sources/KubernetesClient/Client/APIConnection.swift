import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import PalanaCore
import Synchronization

/// The connections to one API server: sends calls and turns every ending but 2xx into a `KubernetesFailure`.
final class APIConnection: Sendable {
    /// Longest answer: a page of a list may hold 500 objects.
    static let answerLimit = 64 << 20

    /// How many watches are open at most; more wait.
    static let watchLimit = 512

    let configuration: KubernetesConfiguration
    let clock: KubernetesClock
    let logger: Logger
    private let calls: HTTPConnections
    private let watches: HTTPConnections
    /// For what may be silent for hours.
    private let streams: HTTPConnections
    let credentials: CredentialStore
    private let counts = Mutex(RequestCounts())
    private let base: String

    init(
        _ configuration: KubernetesConfiguration, clock: KubernetesClock, logger: Logger
    ) throws(KubernetesFailure) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        base = configuration.server.base(as: configuration.serverName)
        credentials = CredentialStore(configuration, clock: clock)
        calls = HTTPConnections(
            configuration.http(silence: configuration.requestTimeout, limit: configuration.connectionLimit))
        watches = HTTPConnections(configuration.http(silence: configuration.watchSilence, limit: Self.watchLimit))
        streams = HTTPConnections(configuration.http(silence: .seconds(86_400), limit: Self.watchLimit))
        _ = try configuration.impersonation?.headers()
    }

    var requests: RequestCounts { counts.withLock { $0 } }

    func shutdown() async throws(KubernetesFailure) {
        do {
            try await calls.client.shutdown()
            try await watches.client.shutdown()
            try await streams.client.shutdown()
        } catch {
            throw KubernetesFailure(.unreachable, "The connections to \(configuration.server) can't be closed.")
        }
    }

    /// Sends one call, and again while the API server asks for patience, the connection broke before a call that may be
    /// repeated, or a new credential may do what the old one couldn't; all within the time of one call.
    func send(_ request: APIRequest, as user: Impersonation?) async throws(KubernetesFailure) -> Data {
        let end = clock.now() + configuration.requestTimeout
        var retries = CallRetries()
        while true {
            let credential = try await credentials.current()
            do throws(KubernetesFailure) {
                return try await exchange(request, as: user, credential, limit: end - clock.now())
            } catch {
                if error.reason == .unauthorized, retries.mayRenew(), credentials.drop(credential) { continue }
                guard let pause = retries.pause(after: error, isIdempotent: request.isIdempotent),
                    clock.now() + pause < end
                else { throw error }
                do { try await clock.sleep(pause) } catch { throw failure(of: request, for: error) }
            }
        }
    }

    /// One exchange, its body in memory.
    private func exchange(
        _ request: APIRequest, as user: Impersonation?, _ credential: Credential, limit: Duration
    ) async throws(KubernetesFailure) -> Data {
        let outgoing = try outgoing(request, as: user, credential)
        count(request.verb)
        let answer: (code: Int, retryAfter: String?, body: Data)
        do {
            answer = try await withDeadline(limit, sleep: clock.sleep) {
                let incoming = try await self.calls.client.execute(outgoing, timeout: .nanoseconds(limit.nanoseconds))
                let body = try await incoming.body.collect(upTo: Self.answerLimit)
                return (
                    Int(incoming.status.code), incoming.headers.first(name: "Retry-After"), Data(body.readableBytesView)
                )
            }
        } catch {
            throw failure(of: request, for: error)
        }
        guard (200...299).contains(answer.code) else {
            throw refusal(of: request, answer.code, answer.retryAfter, answer.body)
        }
        return answer.body
    }

    /// Opens a watch or a log: its body comes as it is written. Not repeated: whoever follows the watch opens it again.
    /// - Parameter isEndless: whether silence means nothing.
    func open(
        _ request: APIRequest, as user: Impersonation?, isEndless: Bool = false
    ) async throws(KubernetesFailure) -> HTTPClientResponse.Body {
        let credential = try await credentials.current()
        let outgoing = try outgoing(request, as: user, credential)
        count(request.verb)
        do {
            let incoming = try await (isEndless ? streams : watches).client.execute(
                outgoing, timeout: .nanoseconds(configuration.requestTimeout.nanoseconds))
            if incoming.status == .ok { return incoming.body }
            let code = Int(incoming.status.code)
            if code == 401 { _ = credentials.drop(credential) }
            let body = Data(try await incoming.body.collect(upTo: 1 << 20).readableBytesView)
            throw refusal(of: request, code, incoming.headers.first(name: "Retry-After"), body)
        } catch {
            throw failure(of: request, for: error)
        }
    }

    private func outgoing(
        _ request: APIRequest, as user: Impersonation?, _ credential: Credential
    ) throws(KubernetesFailure) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: base + request.target)
        outgoing.method = request.method
        outgoing.tlsConfiguration = credential.tls
        for (name, value) in try headers(as: user, credential) { outgoing.headers.add(name: name, value: value) }
        if let body = request.body {
            outgoing.headers.add(name: "Content-Type", value: request.contentType)
            outgoing.body = .bytes(ByteBuffer(bytes: body.exposed))
        }
        return outgoing
    }

    /// What every request says of its sender.
    func headers(
        as user: Impersonation?, _ credential: Credential
    ) throws(KubernetesFailure) -> [(String, String)] {
        // Logs are no JSON.
        var headers = [("Accept", "application/json, */*"), ("User-Agent", configuration.userAgent)]
        if let token = credential.token { headers.append(("Authorization", "Bearer \(token.exposed)")) }
        return headers + (try user?.headers() ?? []).map { ($0.name, $0.value) }
    }

    func count(_ verb: RequestCounts.Verb) { counts.withLock { $0.count(verb) } }

    func refusal(
        of request: APIRequest, _ code: Int, _ retryAfter: String?, _ body: Data
    ) -> KubernetesFailure {
        var failure = KubernetesFailure(
            status: code, body: body, retryAfter: retryAfter, of: request.subject, hidesText: request.isSecret)
        if failure.reason == .unauthorized {
            failure.message += "; check that the token or certificate is this API server's and has not expired"
        }
        return failure
    }
}
