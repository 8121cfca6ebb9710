import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Every refusal is the whole JSON of docs/resources/errors.md, whoever makes it.
@Suite(.serialized) struct RefusalBodyTests {
    private static let fields: Set = [
        "code", "message", "agent", "host", "method", "path", "rule", "decision_id", "hint",
    ]

    private func error(_ answer: AgentAnswer) throws -> [String: Any] {
        let json = try? JSONSerialization.jsonObject(with: Data((answer.body ?? "").utf8)) as? [String: Any]
        return try #require(json?["error"] as? [String: Any], "\(answer)")
    }

    @Test("tunnels, decisions, addresses, unreachable hosts and requests that are none")
    func fields() async throws {
        var options = EnvoyFixture.Options()
        options.allowPrivate = ["api.up.test=127.0.0.0/8"]
        options.zone["gone.up.test"] = ["203.0.113.1"]
        try await GatewayFixture.with(options) { fixture, _ in
            var odd = fixture.options(mode: "origin")
            odd.path = "/a/../b"
            var closed = fixture.options(mode: "origin")
            closed.path = "/x?y=1"
            let tries: [(String, AgentOptions)] = [
                ("denied_by_policy", fixture.options(host: "evil.test")),
                ("denied_by_policy", fixture.options(host: "evil.test", mode: "transparent")),
                ("denied_by_policy", fixture.options(host: "evil.test", mode: "absolute")),
                ("malformed_request", odd),
                ("private_address", fixture.options(host: "other.up.test", mode: "absolute")),
                ("private_address", fixture.options(host: "other.up.test", mode: "transparent")),
            ]
            for (code, attempt) in tries {
                let answer = try await fixture.run("once", attempt)
                let error = try error(answer)
                #expect(Set(error.keys) == Self.fields, "\(answer)")
                #expect(error["code"] as? String == code, "\(answer)")
                #expect(error["agent"] as? String == "agent-1", "\(answer)")
                #expect(error["decision_id"] as? String == answer.headers?["x-palana-decision"], "\(answer)")
                #expect(error["decision_id"] is String, "\(answer)")
                for field in ["message", "hint", "host", "method", "rule"] {
                    #expect(error[field] is String, "\(field): \(answer)")
                }
                #expect((error["path"] is String) == (answer.tunnel == nil), "\(answer)")
                #expect(answer.headers?["content-type"]?.hasPrefix("application/json") == true, "\(answer)")
            }
        }
    }

    @Test("what Envoy refuses before anyone decides has null for what isn't known")
    func undecided() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            let outcome = try await client.send(.init(text: "GET / HTTP/1.1\r\nhost: a b\r\ncontent-length: x\r\n\r\n"))
            let json = try JSONSerialization.jsonObject(with: Data(outcome.body.utf8)) as? [String: Any]
            let error = try #require(json?["error"] as? [String: Any], "\(outcome)")
            #expect(Set(error.keys) == Self.fields, "\(outcome)")
            #expect(error["code"] as? String == "malformed_request" && error["decision_id"] is NSNull, "\(outcome)")
        }
    }

    @Test("a trailing dot in the host names the same host: decided, routed and verified as one")
    func trailingDot() async throws {
        var options = EnvoyFixture.Options()
        options.allowPrivate = ["api.up.test=127.0.0.0/8"]
        try await GatewayFixture.with(options) { fixture, _ in
            for mode in ["connect", "transparent", "origin", "absolute"] {
                var attempt = fixture.options(host: mode == "transparent" ? "api.up.test" : "api.up.test.", mode: mode)
                attempt.hostHeader = "api.up.test.:\(attempt.port ?? 0)"
                attempt.sni = "api.up.test"
                let answer = try await fixture.run("once", attempt)
                #expect(answer.status == 200, "\(mode): \(answer)")
                let headers = try answer.received().headers
                #expect((headers["host"] ?? headers[":authority"]) == "api.up.test:\(attempt.port ?? 0)", "\(mode)")
            }
        }
    }
}
