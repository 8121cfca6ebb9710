import Foundation
import Hummingbird
import KubernetesClient
import Logging
import NIOCore
import NIOSSL
import PalanaCore
import PlatformAPI

/// One request with the connection that it came by.
struct CallerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Whom the client certificate names, which TLS has verified; nil without one.
    func certificateUser() async throws -> UserInfo? {
        try await channel.nioSSL_peerCertificate().get().flatMap { UserInfo($0) }
    }
}

/// The HTTP API in a cluster. Answers failures as the API server does, by a `Status`.
struct SecretRoutes: Sendable {
    /// A value has at most 8 KiB, JSON may write each of its bytes by six.
    private static let bodyLimit = 64 << 10

    let callers: CallerCheck
    let desk: SecretDesk

    func router() -> Router<CallerContext> {
        let router = Router(context: CallerContext.self)
        router.add(middleware: StatusMiddleware())
        router.get("healthz") { _, _ in HTTPResponse.Status.ok }
        let path: RouterPath = "v1/namespaces/:namespace/agents/:agent/secrets/:mode/:secret"
        router.put(path) { request, context in
            let caller = try await caller(request, context)
            let value: SecretRotation = try await body(request)
            let isFirst = try await desk.write(Secret(value.value), to: try address(context), by: caller)
            return try Response.json(SecretReceipt(isFirst: isFirst))
        }
        router.delete(path) { request, context in
            try await desk.remove(try address(context), by: try await caller(request, context))
            return try Response.json(SecretReceipt(isFirst: nil))
        }
        return router
    }

    private func caller(_ request: Request, _ context: CallerContext) async throws -> Caller {
        let token = request.headers[.authorization].flatMap(Self.token)
        guard let caller = try await callers.caller(certificate: context.certificateUser(), token: token) else {
            throw KubernetesFailure(
                .unauthorized, "show a client certificate of the cluster, or a bearer token of its API server",
                code: 401)
        }
        return caller
    }

    private static func token(_ header: String) -> TokenReview.Spec? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return TokenReview.Spec(token: Secret(String(parts[1])))
    }

    private func address(_ context: CallerContext) throws -> SecretAddress {
        guard let mode = SecretMode(rawValue: try context.parameters.require("mode")) else {
            throw KubernetesFailure(.badRequest, "a secret's mode is proxy or agent", code: 400)
        }
        return SecretAddress(
            namespace: try context.parameters.require("namespace"), agent: try context.parameters.require("agent"),
            secret: try context.parameters.require("secret"), mode: mode)
    }

    private func body<Value: Decodable>(_ request: Request) async throws -> Value {
        do {
            let bytes = try await request.body.collect(upTo: Self.bodyLimit)
            return try JSONDecoder().decode(Value.self, from: Data(bytes.readableBytesView))
        } catch {
            // The decoder's own words may quote the body, which holds a secret.
            throw KubernetesFailure(
                .badRequest, "the body is not {\"value\": …} in JSON of at most \(Self.bodyLimit >> 10) KiB", code: 400)
        }
    }
}

/// The one place where errors become answers: a `KubernetesFailure` as it is, anything else without its text.
private struct StatusMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: CallerContext, next: (Request, CallerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let failure as KubernetesFailure {
            return try Response.json(StatusBody(failure), status: StatusBody.code(failure))
        } catch let error as HTTPError {
            let failure = KubernetesFailure(
                .notFound, "\(request.method) \(request.uri.path) is not part of this API", code: error.status.code)
            return try Response.json(StatusBody(failure), status: error.status.code)
        } catch {
            context.logger.error("api.failed", metadata: ["type": "\(type(of: error))"])
            let failure = KubernetesFailure(.unavailable, "the call failed; the log of palana api says why", code: 500)
            return try Response.json(StatusBody(failure), status: 500)
        }
    }
}

/// `metav1.Status`.
private struct StatusBody: Encodable {
    var kind = "Status"
    var apiVersion = "v1"
    var status = "Failure"
    var reason: String
    var message: String
    var code: Int

    init(_ failure: KubernetesFailure) {
        code = Self.code(failure)
        message = failure.message
        reason =
            switch failure.reason {
            case .notFound: "NotFound"
            case .invalid: "Invalid"
            case .badRequest: "BadRequest"
            case .forbidden: "Forbidden"
            case .unauthorized: "Unauthorized"
            case .conflict: "Conflict"
            default: "ServiceUnavailable"
            }
    }

    /// What went wrong between us and the API server is a fault of ours: 503.
    static func code(_ failure: KubernetesFailure) -> Int {
        switch failure.reason {
        case .notFound: 404
        case .invalid: 422
        case .badRequest: 400
        case .forbidden: 403
        case .unauthorized: 401
        case .conflict: 409
        default: failure.code == 500 ? 500 : 503
        }
    }
}

extension Response {
    fileprivate static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
        Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(value))))
    }
}
