import Foundation
public import PalanaCore

/// The platform of this machine, asked over its socket.
public struct RemotePlatform: PlatformOperations {
    private let client: PlatformClient

    public init(_ client: PlatformClient) {
        self.client = client
    }

    public func status() async throws -> PlatformStatus { try await client.get(["v1", "status"]) }

    public func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome] {
        try await client.send(.post, ["v1", "apply"], query: dryRun ? ["dryRun": "true"] : [:], manifest: manifests)
    }

    public func create(_ manifest: String) async throws -> [ApplyOutcome] {
        try await client.send(.post, ["v1", "create"], manifest: manifest)
    }

    public func get(_ key: ResourceKey) async throws -> Resource { try await client.get(path(key)) }

    public func list(_ kind: ResourceKind) async throws -> [Resource] {
        try await client.get(["v1", "resources", kind.rawValue])
    }

    public func delete(_ key: ResourceKey) async throws { try await done(.delete, path(key)) }

    public func start(agent: String) async throws { try await done(.post, ["v1", "agents", agent, "start"]) }
    public func suspend(agent: String) async throws { try await done(.post, ["v1", "agents", agent, "suspend"]) }
    public func resume(agent: String) async throws { try await done(.post, ["v1", "agents", agent, "resume"]) }

    public func logs(agent: String, follow: Bool, tail: Int?) async throws -> LogPieces {
        var query = ["follow": "\(follow)"]
        if let tail { query["tail"] = "\(tail)" }
        return try await client.stream(["v1", "agents", agent, "logs"], query: query)
    }

    public func addSecret(
        agent: String, name: String, _ addition: SecretAddition
    ) async throws -> SecretListing {
        try await client.send(.put, ["v1", "agents", agent, "secrets", name], body: addition)
    }

    public func rotateSecret(agent: String, name: String, to value: Secret<String>) async throws {
        let _: Done = try await client.send(
            .post, ["v1", "agents", agent, "secrets", name, "rotate"], body: SecretRotation(value: value))
    }

    public func removeSecret(agent: String, name: String) async throws {
        try await done(.delete, ["v1", "agents", agent, "secrets", name])
    }

    public func secrets(agent: String) async throws -> [SecretListing] {
        try await client.get(["v1", "agents", agent, "secrets"])
    }

    public func explain(agent: String, method: String, url: String) async throws -> PolicyExplanation {
        try await client.get(["v1", "agents", agent, "explain"], query: ["method": method, "url": url])
    }

    private func path(_ key: ResourceKey) -> [String] { ["v1", "resources", key.kind.rawValue, key.name] }

    private func done(_ method: PlatformClient.Method, _ path: [String]) async throws {
        let _: Done = try await client.send(method, path)
    }
}
