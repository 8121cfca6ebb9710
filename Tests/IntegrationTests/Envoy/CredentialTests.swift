import Crypto
import Foundation
import GRPCCore
import PalanaCore
import ServiceSupport
import TestSupport
import Testing

@testable import Gateway

/// The gateway's own authorizer, redaction and access log behind the real Envoy, against an upstream that says everything
/// back.
@Suite(.serialized) struct CredentialTests {
    static let token = GatewayFixture.token
    static let value = GatewayFixture.value

    private struct Echo: Decodable {
        var headers: [String: String]
        var bytes: Int
        var base64: String
        var digest: String
    }

    private static let sent = SHA256.hash(data: Data("Bearer \(value)".utf8)).map { String(format: "%02x", $0) }
        .joined()

    @Test("the upstream gets the value, the agent gets its placeholder back, in every form and on every way in")
    func echoed() async throws {
        try await GatewayFixture.with { fixture, gateway in
            for mode in ["connect", "transparent", "origin"] {
                var options = fixture.options(mode: mode)
                options.headers = [
                    "authorization": "Bearer \(Self.token)", "accept-encoding": "gzip", "range": "bytes=0-3",
                ]
                let answer = try await fixture.run("once", options)
                let body = try #require(answer.body)
                let echo = try JSONDecoder().decode(Echo.self, from: Data(body.utf8))
                #expect(answer.status == 200, "\(mode)")
                #expect(echo.digest == Self.sent, "\(mode)")
                #expect(echo.headers["authorization"] == "Bearer \(Self.token)", "\(mode)")
                #expect(echo.headers["accept-encoding"] == "identity", "\(mode)")
                #expect(echo.headers["range"] == nil, "\(mode)")
                #expect(echo.headers["x-egress-body"] == nil && echo.headers["x-palana-decision"] == nil, "\(mode)")
                #expect(answer.headers?["x-echo"] == "Bearer \(Self.token)", "\(mode)")
                #expect(!body.contains(Self.value), "\(mode)")
                #expect(Data(base64Encoded: echo.base64).map { !$0.contains(Data(Self.value.utf8)) } ?? true, "\(mode)")
                #expect(answer.headers?["x-palana-decision"] != nil, "\(mode)")
            }
            let decisions = Set(gateway.audit.events.filter { $0.kind == .decision }.compactMap(\.decisionID))
            try await poll { gateway.plans.count == 0 }
            try await poll {
                let completed = Set(gateway.audit.events.filter { $0.kind == .completion }.compactMap(\.decisionID))
                return completed == decisions
            }
        }
    }

    private func poll(_ condition: @Sendable () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "not within ten seconds")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("a compressed answer is withheld, a placeholder elsewhere refused")
    func refused() async throws {
        try await GatewayFixture.with { fixture, _ in
            var options = fixture.options()
            options.headers = ["authorization": "Bearer \(Self.token)"]
            options.path = "/?gzip=1"
            let compressed = try await fixture.run("once", options)
            #expect(compressed.status == 403)
            #expect(try compressed.refusal().code == "answer_not_redactable")
            var elsewhere = fixture.options(host: "other.up.test")
            elsewhere.headers = options.headers
            let answer = try await fixture.run("once", elsewhere)
            #expect(try answer.refusal().code == "placeholder_not_allowed_here")
            var denied = fixture.options(host: "evil.down.test")
            denied.headers = options.headers
            #expect(try await fixture.run("once", denied).tunnel == 403)
        }
    }

    @Test("large bodies and WebSockets pass with a secret in the request")
    func streams() async throws {
        try await GatewayFixture.with { fixture, _ in
            var options = fixture.options()
            options.headers = ["authorization": "Bearer \(Self.token)"]
            options.bytes = 20 << 20
            let up = try await fixture.run("upload", options)
            #expect(try up.received().bytes == 20 << 20)
            // Some servers insist on it.
            #expect(try up.received().headers["content-length"] == "\(20 << 20)")
            #expect((try await fixture.run("download", options).bytes ?? 0) >= 20 << 20)
            let socket = try await fixture.run("websocket", fixture.options())
            #expect(socket.status == 101)
            var secret = fixture.options()
            secret.headers = options.headers
            #expect(try await fixture.run("websocket", secret).status == 101)
        }
    }
}
