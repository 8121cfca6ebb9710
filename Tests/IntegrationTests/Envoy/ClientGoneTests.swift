import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Programs that don't wait, and programs that wait to be told.
@Suite(.serialized) struct ClientGoneTests {
    @Test(
        "5,000 requests given up during their decision take no room from others; their decisions have completions")
    func abandoned() async throws {
        let policy = PolicyEngineFake { input throws(PolicyFailure) in
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                throw PolicyFailure("cancelled")
            }
            return PolicyEngineFake.decide(input)
        }
        try await GatewayFixture.with(gateway: GatewayFixture(policy: policy)) { fixture, gateway in
            var options = fixture.options(mode: "origin")
            options.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
            options.times = 5_000
            options.parallel = 64
            _ = try await fixture.run("abandon", options)
            for (agent, token) in [("agent-1", GatewayFixture.token), ("agent-2", GatewayFixture.otherToken)] {
                var keyed = fixture.options(agent, mode: "origin")
                keyed.headers = ["authorization": "Bearer \(token)"]
                let answer = try await fixture.run("once", keyed)
                #expect(answer.status == 200, "\(agent): \(answer)")
            }
            #expect(try await eventually(within: .seconds(20)) { gateway.plans.count < 50 }, "\(gateway.plans.count)")
            // All but a few, whose end and decision passed each other on different connections.
            let joined = try await eventually(within: .seconds(20)) { Self.unjoined(gateway.audit.events).count < 50 }
            #expect(joined, "\(Self.unjoined(gateway.audit.events).count) decisions without a completion")
        }
    }

    private static func unjoined(_ events: [AuditEvent]) -> Set<DecisionID> {
        let allowed = events.filter { $0.kind == .decision && $0.outcome == .allowed }.compactMap(\.decisionID)
        return Set(allowed).subtracting(events.filter { $0.kind == .completion }.compactMap(\.decisionID))
    }

    @Test("an upload that waits for 100 Continue goes through, with a secret and without; a refused one gets 403")
    func expecting() async throws {
        try await GatewayFixture.with { fixture, _ in
            for mode in ["connect", "transparent", "origin"] {
                for headers in [[:], ["authorization": "Bearer \(GatewayFixture.token)"]] {
                    var options = fixture.options(mode: mode)
                    options.headers = headers
                    options.bytes = 200_000
                    let answer = try await fixture.run("expecting", options)
                    #expect(answer.status == 200, "\(mode): \(answer)")
                    #expect(try answer.received().bytes == 200_000, "\(mode)")
                }
                var refused = fixture.options(host: "other.up.test", mode: mode)
                refused.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
                refused.bytes = 200_000
                let answer = try await fixture.run("expecting", refused)
                #expect(answer.status == 403, "\(mode): \(answer)")
                #expect(try answer.refusal().code == "placeholder_not_allowed_here", "\(mode)")
            }
        }
    }

    @Test(
        "what is taken for palana.internal is answered by the gateway, and no spelling of it goes out into the world",
        arguments: [
            ("palana.internal", true), ("PALANA.Internal", true), ("palana.internal:80", true),
            ("palana.internal.", true), ("palana.internal.:80", true), ("PALANA.internal.", true),
            ("palana.internal..", false), ("palana.internal:8080", false), ("palana.internal:", false),
            ("palana.internal:080", false), ("palana.internal:80:80", false), ("[palana.internal]", false),
            ("palana.internal\u{3002}", false), ("www.palana.internal", false),
        ])
    func ownName(host: String, isOwn: Bool) async throws {
        var options = EnvoyFixture.Options()
        options.zone["palana.internal"] = ["127.0.0.1"]
        try await GatewayFixture.with(options) { fixture, _ in
            for mode in ["origin", "absolute"] {
                var asking = fixture.options(mode: mode)
                asking.host = host
                asking.port = nil
                asking.path = "/v1/whoami"
                let answer = try await fixture.run("once", asking)
                if isOwn {
                    #expect(answer.status == 200 && answer.body == "agent-1", "\(mode): \(answer)")
                } else {
                    // 502 would say that Envoy looked the name up and knocked there.
                    #expect([400, 403].contains(answer.status), "\(mode): \(answer)")
                }
            }
        }
    }
}
