import Foundation
import Testing

/// Requests pass through the real Envoy in every way that agents' programs send them.
@Suite struct ForwardingTests {
    @Test("each way in reaches the upstream, and the authorizer knows who asked")
    func waysIn() async throws {
        try await EnvoyFixture.with { fixture in
            for mode in ["connect", "transparent", "absolute", "origin", "plain-in-tunnel"] {
                fixture.authorizer.forget()
                let host = mode == "transparent" || mode == "origin" ? "api.up.test" : "api.up.test"
                let answer = try await fixture.run("once", fixture.options(host: host, mode: mode))
                #expect(answer.status == 200, "\(mode): \(answer)")
                let checks = fixture.authorizer.checks
                #expect(!checks.isEmpty && checks.allSatisfy { $0.agent == "agent-1" }, "\(mode): \(checks)")
            }
        }
    }
}
