import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// An upstream that says the credential back in the odd places of an answer.
@Suite(.serialized) struct EchoTests {
    private static let forms = [
        GatewayFixture.value, "fake-real-value%2Fwith%2Bchars%3D42",
        Data("Bearer \(GatewayFixture.value)".utf8).base64EncodedString(),
    ]

    private func request(_ path: String, _ way: String, _ fixture: EnvoyFixture, _ more: String = "")
        -> HostileClient.Try
    {
        let port = way == "tls" ? fixture.ports.secure : fixture.ports.plain
        return HostileClient.Try(
            way: way,
            text: "GET \(path) HTTP/1.1\r\nhost: api.up.test:\(port)\r\n"
                + "authorization: Bearer \(GatewayFixture.token)\r\n\(more)\r\n")
    }

    @Test(
        "Location, Set-Cookie, error pages, trailers and informational answers lose the value",
        arguments: [
            "/redirect", "/error", "/trailers", "/informational?status=103", "/informational?status=102",
            "/informational?status=100",
        ])
    func places(_ path: String) async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            for way in ["tls", "front"] {
                for more in ["", "te: trailers\r\n", "expect: 100-continue\r\ncontent-length: 0\r\n"] {
                    var attempt = request(path, way, fixture, more)
                    attempt.all = true
                    attempt.wait = 700
                    let outcome = try await client.send(attempt)
                    #expect(outcome.text.contains("HTTP/1.1"), "\(way) \(path): \(outcome)")
                    #expect(!Self.forms.contains(where: outcome.text.contains), "\(way) \(path): \(outcome)")
                }
            }
        }
    }

    @Test("a WebSocket's handshake and frames lose the value and keep their length")
    func webSocket() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            for way in ["tls", "front"] {
                var attempt = request(
                    "/", way, fixture,
                    "upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\n"
                        + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
                attempt.all = true
                attempt.wait = 1_000
                let outcome = try await client.send(attempt)
                #expect(outcome.status == 101, "\(way): \(outcome)")
                #expect(
                    outcome.text.lowercased().contains("x-echo: bearer \(GatewayFixture.token.lowercased())"), "\(way)")
                let frame = "\u{81}\u{24}Bearer " + String(repeating: "*", count: GatewayFixture.value.count)
                #expect(outcome.body == frame, "\(way): \(outcome)")
                #expect(!outcome.text.contains(GatewayFixture.value), "\(way)")
            }
        }
    }

    @Test("a withheld answer names everything, on record under its decision")
    func withheld() async throws {
        try await GatewayFixture.with { fixture, gateway in
            for mode in ["connect", "transparent", "origin"] {
                let before = gateway.audit.events.count
                var options = fixture.options(mode: mode)
                options.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
                options.path = "/a?gzip=1"
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 403, "\(mode): \(answer)")
                let refusal = try answer.refusal()
                #expect(refusal.code == "answer_not_redactable")
                #expect(refusal.agent == "agent-1" && refusal.host == "api.up.test" && refusal.method == "GET")
                #expect(refusal.path == "/a" && refusal.rule == "platform" && refusal.hint != nil)
                #expect(refusal.decision_id != nil && refusal.decision_id == answer.headers?["x-palana-decision"])
                #expect(try await gateway.records(.answerNotRedactable, after: before))
                let ended = try await eventually {
                    gateway.audit.events.dropFirst(before).contains {
                        $0.kind == .completion && $0.code == .answerNotRedactable
                            && $0.decisionID?.rawValue == refusal.decision_id
                    }
                }
                #expect(ended, "\(mode)")
            }
        }
    }
}
