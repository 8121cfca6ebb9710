import Foundation
import LocalPlatform
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("What each role may do at the platform's OpenBao", .serialized)
struct LeastPrivilegeTests {
    @Test("Each role gets exactly what its part needs")
    func matrix() async throws {
        try await OpenBaoFixture.running { fixture in
            for role in VaultRole.onOneMachine {
                try await fixture.client(.api) { try await VaultAttempt.writeBoth($0) }
                try await fixture.client(role) { try await VaultAttempt.tryAll(as: role, $0) }
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
