import Foundation
public import Hummingbird
import NIOCore
import PalanaCore

/// The HTTP API of one platform: thin, one line of work a route; what is done stands in `HostedPlatform`.
public struct PlatformRoutes: Sendable {
    /// A manifest's or a secret's largest body.
    static let bodyLimit = 8 << 20

    private let platform: any HostedPlatform

    public init(platform: any HostedPlatform) {
        self.platform = platform
    }

    /// The router; serve it on a 0600 Unix socket only: there is no login, the socket is the authority.
    public func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.add(middleware: APIErrorMiddleware())
        router.get("healthz") { _, _ in try Response.json(Done()) }
        let v1 = router.group("v1")
        addPlatform(v1)
        addResources(v1)
        addAgents(v1)
        addSecrets(v1)
        return router
    }

    private func addPlatform(_ v1: RouterGroup<BasicRequestContext>) {
        v1.get("status") { _, _ in try Response.json(try await platform.status()) }
        v1.post("shutdown") { _, _ in
            await platform.shutDown()
            return try Response.json(Done())
        }
    }

    private func addResources(_ v1: RouterGroup<BasicRequestContext>) {
        v1.post("apply") { request, _ in
            let dryRun = request.uri.queryParameters["dryRun"] == "true"
            return try Response.json(try await platform.apply(try await text(request), dryRun: dryRun))
        }
        v1.post("create") { request, _ in
            try Response.json(try await platform.create(try await text(request)))
        }
        v1.get("resources/:kind") { _, context in
            try Response.json(try await platform.list(try kind(context)))
        }
        v1.get("resources/:kind/:name") { _, context in
            let key = try key(context)
            return try Response.json(try await platform.get(key))
        }
        v1.delete("resources/:kind/:name") { _, context in
            let key = try key(context)
            try await platform.delete(key)
            return try Response.json(Done())
        }
    }

    private func addAgents(_ v1: RouterGroup<BasicRequestContext>) {
        v1.post("agents/:name/:verb") { _, context in
            let agent = try name(context)
            switch try context.parameters.require("verb") {
            case "start": try await platform.start(agent: agent)
            case "suspend": try await platform.suspend(agent: agent)
            case "resume": try await platform.resume(agent: agent)
            case let verb: throw APIError(.notFound, "an agent can't \(verb); it can start, suspend and resume")
            }
            return try Response.json(Done())
        }
        v1.get("agents/:name/logs") { request, context in
            let chunks = try await platform.logs(
                agent: try name(context), follow: request.uri.queryParameters["follow"] == "true",
                tail: request.uri.queryParameters["tail"].flatMap { Int($0) })
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for try await chunk in chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                    try await writer.finish(nil)
                })
        }
        v1.get("agents/:name/explain") { request, context in
            let query = request.uri.queryParameters
            guard let method = query["method"], let url = query["url"] else {
                throw APIError(.invalid, "explain needs the query parameters method and url")
            }
            return try Response.json(
                try await platform.explain(agent: try name(context), method: String(method), url: String(url)))
        }
    }

    private func addSecrets(_ v1: RouterGroup<BasicRequestContext>) {
        v1.get("agents/:name/secrets") { _, context in
            try Response.json(try await platform.secrets(agent: try name(context)))
        }
        v1.put("agents/:name/secrets/:secret") { request, context in
            let addition: SecretAddition = try await json(request)
            return try Response.json(
                try await platform.addSecret(
                    agent: try name(context), name: try context.parameters.require("secret"), addition))
        }
        v1.post("agents/:name/secrets/:secret/rotate") { request, context in
            let rotation: SecretRotation = try await json(request)
            try await platform.rotateSecret(
                agent: try name(context), name: try context.parameters.require("secret"), to: Secret(rotation.value))
            return try Response.json(Done())
        }
        v1.delete("agents/:name/secrets/:secret") { _, context in
            try await platform.removeSecret(agent: try name(context), name: try context.parameters.require("secret"))
            return try Response.json(Done())
        }
    }

    private func name(_ context: BasicRequestContext) throws -> String {
        try context.parameters.require("name")
    }

    private func key(_ context: BasicRequestContext) throws -> ResourceKey {
        ResourceKey(try kind(context), try name(context))
    }

    private func kind(_ context: BasicRequestContext) throws -> ResourceKind {
        try ResourceKind(asked: try context.parameters.require("kind"))
    }

    private func bytes(_ request: Request) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: Self.bodyLimit)
        } catch {
            throw APIError(.invalid, "the request's body is longer than \(Self.bodyLimit) bytes")
        }
    }

    private func text(_ request: Request) async throws -> String {
        guard let text = String(bytes: try await bytes(request).readableBytesView, encoding: .utf8) else {
            throw APIError(.invalid, "the manifest is not UTF-8 text")
        }
        return text
    }

    private func json<Value: Decodable>(_ request: Request) async throws -> Value {
        let data = Data(try await bytes(request).readableBytesView)
        do {
            return try JSONDecoder.api.decode(Value.self, from: data)
        } catch {
            // The decoder's own words may quote the body, which can hold a secret.
            throw APIError(.invalid, "the request's body is not the JSON that \(request.uri.path) takes")
        }
    }
}
