import NIOHTTP1
import PalanaCore
import Testing
import VaultClient

/// One thing that a role may try at a vault.
struct VaultAttempt: Sendable, CustomStringConvertible {
    var method: HTTPMethod
    var path: String
    var allowed: Set<VaultRole>
    var description: String { "\(method) \(path)" }

    init(_ method: HTTPMethod, _ path: String, _ allowed: Set<VaultRole> = []) {
        self.method = method
        self.path = path
        self.allowed = allowed
    }

    static let all: [VaultAttempt] =
        ["proxy-secrets", "agents"].flatMap { tree in
            let reader: VaultRole = tree == "agents" ? .gatewayAgents : .gatewayProxy
            return [
                VaultAttempt(.POST, "kv/data/\(tree)/u/a/S", [.api]),
                VaultAttempt(.GET, "kv/data/\(tree)/u/a/S", [reader]),
                VaultAttempt(.GET, "kv/data/\(tree)/u/a/S?version=1", [reader]),
                VaultAttempt(.GET, "kv/metadata/\(tree)/u/a/S"),
                VaultAttempt(.GET, "kv/metadata/\(tree)/u/a?list=true"),
                VaultAttempt(.GET, "kv/metadata/\(tree)?list=true"),
                VaultAttempt(.init(rawValue: "LIST"), "kv/metadata/\(tree)"),
                VaultAttempt(.DELETE, "kv/data/\(tree)/u/a/S"),
                VaultAttempt(.POST, "kv/undelete/\(tree)/u/a/S"),
                VaultAttempt(.POST, "kv/metadata/\(tree)/u/a/S"),
                VaultAttempt(.GET, "kv/subkeys/\(tree)/u/a/S"),
                VaultAttempt(.DELETE, "kv/metadata/\(tree)/u/a/S", [.api, .operator]),
            ]
        } + [
            VaultAttempt(.POST, "kv/data/elsewhere/S"), VaultAttempt(.GET, "kv/config"),
            VaultAttempt(.POST, "kv/config"), VaultAttempt(.DELETE, "kv/metadata/elsewhere/u/a/S"),
            VaultAttempt(.GET, "sys/mounts"), VaultAttempt(.GET, "sys/policies/acl/palana-api"),
            VaultAttempt(.POST, "sys/policies/acl/x"),
            VaultAttempt(.GET, "sys/raw/core"), VaultAttempt(.PUT, "sys/seal"),
            VaultAttempt(.GET, "sys/storage/raft/snapshot"),
            VaultAttempt(.POST, "auth/approle/role/palana-gateway-proxy/secret-id"),
            VaultAttempt(.GET, "auth/kubernetes/role/palana-operator"), VaultAttempt(.POST, "auth/kubernetes/config"),
            VaultAttempt(.POST, "auth/token/create"), VaultAttempt(.POST, "sys/generate-root/attempt"),
            VaultAttempt(.GET, "cubbyhole/x"),
        ]

    /// What the attempts are about, written by the role that may.
    static func writeBoth(_ client: VaultClient) async throws {
        for tree in ["proxy-secrets", "agents"] {
            _ = try await client.send(
                VaultRequest(.POST, "kv/data/\(tree)/u/a/S", json: ["data": ["value": "fake-value"]]))
        }
    }

    /// Tries all, and expects of each what the table says.
    static func tryAll(as role: VaultRole, _ client: VaultClient) async throws {
        for attempt in all {
            let allowed = try await attempt.succeeds(client)
            #expect(allowed == attempt.allowed.contains(role), "\(role): \(attempt)")
        }
    }

    private func succeeds(_ client: VaultClient) async throws -> Bool {
        var request = VaultRequest(method, path)
        if method != .GET && method != .DELETE {
            request = try VaultRequest(method, path, json: ["data": ["value": "fake-other"]])
        }
        do {
            _ = try await client.send(request)
            return true
        } catch {
            switch error {
            case .missing: return true
            case .forbidden, .refused(_, 400), .refused(_, 405): return false  // the last two: no such operation at all
            default: throw error
            }
        }
    }
}
