import Foundation
import NIOCore
import NIOHTTP1
import PalanaCore

extension KubernetesClient {
    /// Joins a process in a pod for the time of `body`; then the connection is closed, whether the process ended or not.
    /// - Throws: `KubernetesFailure` and what `body` throws.
    public func withPodStream<Value: Sendable>(
        to process: PodProcess, _ body: @Sendable (PodStream) async throws -> Value
    ) async throws -> Value {
        let request = try process.request()
        let (channel, name) = try await connection.upgrade(request, as: user)
        return try await channel.executeThenClose { inbound, outbound in
            try await body(
                PodStream(
                    inbound: inbound, outbound: outbound, subject: request.subject,
                    canEndInput: name == StreamConnector.protocols[0]))
        }
    }

    /// What a container has written, oldest first; with `follow` also what it goes on to write, until it ends.
    /// - Parameter tail: only the newest so many lines; nil means all.
    public func podLog(
        _ pod: String, in namespace: String, container: String, follow: Bool, tail: Int? = nil
    ) async throws(KubernetesFailure) -> PodLog {
        var request = APIRequest(
            verb: .get, method: .GET,
            path: try APIRequest.path(Pod.type, name: pod, namespace: namespace, subresource: "log"),
            subject: "log of pods \(ObjectKey(pod, in: namespace))")
        request.query = [("container", container), ("follow", "\(follow)")]
        if let tail { request.query.append(("tailLines", "\(tail)")) }
        let body = try await connection.open(request, as: user, isEndless: true)
        return PodLog(body: body, request: request, connection: connection)
    }
}

extension APIConnection {
    /// Opens a stream in both directions, once more with another credential when the API server wants one.
    /// - Returns: the channel and the protocol that the server chose.
    func upgrade(
        _ request: APIRequest, as user: Impersonation?
    ) async throws(KubernetesFailure) -> (PodStream.Channel, String) {
        var retries = CallRetries()
        while true {
            let credential = try await credentials.current()
            do throws(KubernetesFailure) {
                return try await upgrade(request, as: user, credential)
            } catch {
                guard error.reason == .unauthorized, retries.mayRenew(), credentials.drop(credential) else {
                    throw error
                }
            }
        }
    }

    private func upgrade(
        _ request: APIRequest, as user: Impersonation?, _ credential: Credential
    ) async throws(KubernetesFailure) -> (PodStream.Channel, String) {
        let headers = HTTPHeaders(try headers(as: user, credential))
        count(request.verb)
        do {
            let opened = try await StreamConnector(configuration: configuration)
                .open(request.target, headers: headers, tls: credential.tls)
            switch opened {
            case .stream(let channel, let name):
                guard StreamConnector.protocols.contains(name) else {
                    // It may be closed already from the other side.
                    try await channel.executeThenClose { _, _ in }
                    throw KubernetesFailure(
                        .notServed, "\(request.subject): the API server speaks no protocol that is known here")
                }
                return (channel, name)
            case .refusal(let channel):
                throw try await channel.executeThenClose { inbound, _ in
                    try await self.refusal(of: request, inbound)
                }
            }
        } catch {
            throw failure(of: request, for: error)
        }
    }

    private func refusal(
        of request: APIRequest, _ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>
    ) async throws -> KubernetesFailure {
        var code = 0
        var retryAfter: String?
        var body = Data()
        loop: for try await part in parts {
            switch part {
            case .head(let head): (code, retryAfter) = (Int(head.status.code), head.headers.first(name: "Retry-After"))
            case .body(let piece):
                body.append(contentsOf: piece.readableBytesView)
                if body.count > 1 << 20 { break loop }
            case .end: break loop
            }
        }
        return refusal(of: request, code, retryAfter, body)
    }
}
