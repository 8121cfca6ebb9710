import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Placeholders in the bodies of requests.
@Suite(.serialized) struct RequestBodyTests {
    @Test("a placeholder in a body is refused and on record, with or without a secret in the head")
    func refused() async throws {
        try await GatewayFixture.with { fixture, gateway in
            for mode in ["connect", "transparent", "origin"] {
                for headers in [[:], ["authorization": "Bearer \(GatewayFixture.token)"]] {
                    let before = gateway.audit.events.count
                    var options = fixture.options(mode: mode)
                    options.headers = headers
                    options.path = "/notes"
                    options.text = #"{"note":"\#(GatewayFixture.token)"}"#
                    options.bytes = 100_000
                    let answer = try await fixture.run("upload", options)
                    #expect(answer.status == 403, "\(mode): \(answer)")
                    let refusal = try answer.refusal()
                    #expect(refusal.code == "placeholder_not_allowed_here")
                    #expect(refusal.path == "/notes" && refusal.method == "POST" && refusal.agent == "agent-1")
                    #expect(refusal.decision_id == answer.headers?["x-palana-decision"])
                    #expect(try await gateway.records(.placeholderNotAllowedHere, after: before), "\(mode)")
                }
            }
        }
    }

    @Test("other bodies pass whole, with their length, in bounded memory; another agent's words are no matter")
    func passes() async throws {
        try await GatewayFixture.with { fixture, gateway in
            for mode in ["connect", "origin"] {
                var options = fixture.options(mode: mode)
                options.text = GatewayFixture.token.dropLast() + "-"
                options.bytes = 300_000
                let answer = try await fixture.run("upload", options)
                #expect(try answer.received().bytes == 300_000, "\(mode): \(answer)")
                #expect(try answer.received().headers["content-length"] == "300000", "\(mode)")
                #expect(try answer.received().headers["x-egress-body"] == nil, "\(mode)")
            }
            let before = fixture.envoy.residentBytes
            var large = fixture.options()
            large.bytes = 100 << 20
            #expect(try await fixture.run("upload", large).received().bytes == 100 << 20)
            #expect(fixture.envoy.residentBytes - before < 60 << 20)
            let second = try await fixture.run("http2", fixture.options())
            #expect(second.status == 200 && second.trailer == "0", "\(second)")
        }
    }

    @Test("a request without a body asks nobody")
    func withoutBody() async throws {
        try await GatewayFixture.with { fixture, _ in
            for mode in ["connect", "transparent", "origin"] {
                let answer = try await fixture.run("once", fixture.options(mode: mode))
                #expect(answer.status == 200, "\(mode): \(answer)")
            }
            let asked = try fixture.envoy.total("streams_started", of: "http.")
            #expect(asked == 0)
        }
    }
}
