import Foundation
import TestSupport
import Testing

/// Where names may lead.
@Suite(.serialized) struct AddressTests {
    static let zone = [
        "*.up.test": ["127.0.0.1"], "rebind.test": ["127.0.0.1"], "metadata.test": ["169.254.169.254"],
        "ten.test": ["10.1.2.3"], "cgnat.test": ["100.100.100.200"],
    ]

    @Test("private addresses are refused after resolution, by name and as literals")
    func privateAddresses() async throws {
        var options = EnvoyFixture.Options()
        options.allowPrivate = ["api.up.test=127.0.0.0/8"]
        options.zone = Self.zone
        try await EnvoyFixture.with(options) { fixture in
            #expect(try await fixture.run("once", fixture.options()).status == 200)
            let hosts = [
                "rebind.test", "metadata.test", "ten.test", "cgnat.test", "other.up.test", "127.0.0.1", "10.1.2.3",
                "[::1]", "[::ffff:127.0.0.1]", "localhost",
            ]
            for host in hosts {
                let answer = try await fixture.run("once", fixture.options(host: host, mode: "absolute"))
                #expect(answer.status == 403, "\(host): \(answer)")
                #expect(try answer.refusal().code == "private_address", "\(host)")
                #expect(answer.headers?["x-palana-decision"] == "decision-1", "\(host)")
            }
            // Other spellings of 127.0.0.1 are names to the resolver; some resolvers read them as addresses.
            for host in ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"] {
                let answer = try await fixture.run("once", fixture.options(host: host, mode: "absolute"))
                #expect([403, 502].contains(answer.status), "\(host): \(answer)")
            }
            for host in ["rebind.test", "other.up.test"] {
                let answer = try await fixture.run("once", fixture.options(host: host))
                #expect(answer.status == 403, "\(host): \(answer)")
            }
        }
    }

    @Test("a private range is reachable only under its host and at its port")
    func allowedPorts() async throws {
        var options = EnvoyFixture.Options()
        options.zone = Self.zone
        options.allowPrivate = ["api.up.test=127.0.0.1/32:1", "*.open.test=127.0.0.0/8"]
        options.zone["x.open.test"] = ["127.0.0.1"]
        try await EnvoyFixture.with(options) { fixture in
            let port = try await fixture.run("once", fixture.options(mode: "absolute"))
            #expect(port.status == 403, "\(port)")
            #expect(try port.refusal().code == "private_address")
            #expect(try await fixture.run("once", fixture.options(host: "x.open.test", mode: "absolute")).status == 200)
            let other = try await fixture.run("once", fixture.options(host: "rebind.test", mode: "absolute"))
            #expect(other.status == 403)
        }
    }

    @Test("faults are JSON with a code: no name, nobody there, a wrong certificate, no authorizer")
    func faults() async throws {
        var options = EnvoyFixture.Options()
        options.zone["wrong.test"] = ["127.0.0.1"]
        try await EnvoyFixture.with(options) { fixture in
            let unknown = try await fixture.run("once", fixture.options(host: "nowhere.test", mode: "absolute"))
            #expect(unknown.status == 502)
            #expect(try unknown.refusal().code == "upstream_unreachable")
            var closed = fixture.options(mode: "absolute")
            closed.port = 1
            let nobody = try await fixture.run("once", closed)
            #expect(nobody.status == 502)
            #expect(try nobody.refusal().code == "upstream_unreachable")
            let wrong = try await fixture.run("once", fixture.options(host: "wrong.test"))
            #expect(wrong.status == 502, "\(wrong)")
            #expect(try wrong.refusal().code == "upstream_tls")
        }
    }
}
