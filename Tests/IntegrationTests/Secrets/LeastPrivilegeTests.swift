import Foundation
import LocalPlatform
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("What each role may do at the platform's OpenBao", .serialized)
struct LeastPrivilegeTests {
    /// One thing to try.
    struct Attempt: Sendable, CustomTestStringConvertible {
        var method: HTTPMethod
        var path: String
        var allowed: Set<VaultRole>
        var testDescription: String { "\(method) \(path)" }

        init(_ method: HTTPMethod, _ path: String, _ allowed: Set<VaultRole> = []) {
            self.method = method
            self.path = path
            self.allowed = allowed
        }
    }

    private static let attempts: [Attempt] =
        ["proxy-secrets", "agents"].flatMap { tree in
            let reader: VaultRole = tree == "agents" ? .gatewayAgents : .gatewayProxy
            return [
                Attempt(.POST, "kv/data/\(tree)/u/a/S", [.api]),
                Attempt(.GET, "kv/data/\(tree)/u/a/S", [reader]),
                Attempt(.GET, "kv/data/\(tree)/u/a/S?version=1", [reader]),
                Attempt(.GET, "kv/metadata/\(tree)/u/a/S"),
                Attempt(.GET, "kv/metadata/\(tree)/u/a?list=true"),
                Attempt(.GET, "kv/metadata/\(tree)?list=true"),
                Attempt(.init(rawValue: "LIST"), "kv/metadata/\(tree)"),
                Attempt(.DELETE, "kv/data/\(tree)/u/a/S"),
                Attempt(.POST, "kv/undelete/\(tree)/u/a/S"),
                Attempt(.POST, "kv/metadata/\(tree)/u/a/S"),
                Attempt(.GET, "kv/subkeys/\(tree)/u/a/S"),
                Attempt(.DELETE, "kv/metadata/\(tree)/u/a/S", [.api]),
            ]
        } + [
            Attempt(.POST, "kv/data/elsewhere/S"), Attempt(.GET, "kv/config"), Attempt(.POST, "kv/config"),
            Attempt(.GET, "sys/mounts"), Attempt(.GET, "sys/policies/acl/palana-api"),
            Attempt(.POST, "sys/policies/acl/x"),
            Attempt(.GET, "sys/raw/core"), Attempt(.PUT, "sys/seal"), Attempt(.GET, "sys/storage/raft/snapshot"),
            Attempt(.POST, "auth/approle/role/palana-gateway-proxy/secret-id"), Attempt(.POST, "auth/token/create"),
            Attempt(.POST, "sys/generate-root/attempt"), Attempt(.GET, "cubbyhole/x"),
        ]

    @Test("Each role gets exactly what its part needs")
    func matrix() async throws {
        try await OpenBaoFixture.running { fixture in
            for role in VaultRole.allCases {
                try await fixture.client(.api) { try await Self.writeBoth($0) }
                try await fixture.client(role) { client in
                    for attempt in Self.attempts {
                        let allowed = try await Self.attempt(attempt, client)
                        #expect(allowed == attempt.allowed.contains(role), "\(role): \(attempt.testDescription)")
                    }
                }
            }
        }
    }

    private static func writeBoth(_ client: VaultClient) async throws {
        for tree in ["proxy-secrets", "agents"] {
            _ = try await client.send(
                VaultRequest(.POST, "kv/data/\(tree)/u/a/S", json: ["data": ["value": "fake-value"]]))
        }
    }

    private static func attempt(_ attempt: Attempt, _ client: VaultClient) async throws -> Bool {
        var request = VaultRequest(attempt.method, attempt.path)
        if attempt.method != .GET && attempt.method != .DELETE {
            request = try VaultRequest(attempt.method, attempt.path, json: ["data": ["value": "fake-other"]])
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

    /// OpenBao restarted with what its listener is normally without, and the recovery key, shows every token there is.
    @Test("After the set-up no token with the root policy is left, and generating one needs another configuration")
    func rootIsDead() async throws {
        try await OpenBaoFixture.running { fixture in
            let transport = try VaultTransport(fixture.configuration)
            let attempt = try VaultRequest(.PUT, "sys/generate-root/attempt", json: [String: String]())
            await #expect(throws: VaultFailure.refused(path: attempt.path, status: 405)) {
                _ = try await transport.send(attempt)
            }
            let root = try await fixture.restartWithRoot(transport)
            let list = try await transport.send(
                VaultRequest(.GET, "auth/token/accessors?list=true"), token: root)
            let accessors = try list.decode(Accessors.self).data.keys
            var policies: [[String]] = []
            for accessor in accessors {
                let request = try VaultRequest(.POST, "auth/token/lookup-accessor", json: ["accessor": accessor])
                policies.append(try await transport.send(request, token: root).decode(Looked.self).data.policies)
            }
            #expect(policies.filter { $0.contains("root") }.count == 1, "only the one of this test")
            try await transport.shutdown()
        }
    }

    private struct Accessors: Decodable {
        struct Keys: Decodable { var keys: [String] }
        var data: Keys
    }

    private struct Looked: Decodable {
        struct Fields: Decodable { var policies: [String] }
        var data: Fields
    }
}

extension OpenBaoFixture {
    /// Lets OpenBao generate a root token with the recovery key, by a configuration the platform never writes.
    fileprivate func restartWithRoot(_ transport: VaultTransport) async throws -> Secret<String> {
        process.stop()
        let file = layout.folder.appending(path: "openbao.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let open = text.replacingOccurrences(
            of: "\"socket_mode\"", with: "\"disable_unauthed_generate_root_endpoints\" : false, \"socket_mode\"")
        try Data(open.utf8).write(to: file)
        try process.start()
        _ = try await ready()
        let begin = try VaultRequest(.PUT, "sys/generate-root/attempt", json: [String: String]())
        let started = try await transport.send(begin).decode(Started.self)
        let key = try String(contentsOf: layout.folder.appending(path: "recovery.key"), encoding: .utf8)
        let update = try VaultRequest(
            .PUT, "sys/generate-root/update", json: ["key": key, "nonce": started.nonce])
        let encoded = try await transport.send(update).decode(Generated.self).encoded_token
        let padded = encoded + String(repeating: "=", count: (4 - encoded.count % 4) % 4)
        let bytes = zip(try #require(Data(base64Encoded: padded)), Data(started.otp.utf8)).map { $0 ^ $1 }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    private struct Started: Decodable {
        var nonce: String
        var otp: String
    }

    private struct Generated: Decodable { var encoded_token: String }
}
