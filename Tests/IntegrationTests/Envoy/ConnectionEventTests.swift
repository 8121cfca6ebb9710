import Foundation
import PalanaCore
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// Connections that die before HTTP, and leaves that come late, change or never come.
@Suite(.serialized) struct ConnectionEventTests {
    @Test("no SNI, garbage and an SSH banner end soon and are reported with their agent")
    func deadConnections() async throws {
        try await EnvoyFixture.with { fixture in
            var raw = fixture.options()
            raw.text = "SSH-2.0-OpenSSH_9.2\r\n"
            let banner = try await fixture.run("raw", raw)
            #expect(banner.text?.contains("malformed_request") == true, "\(banner)")
            raw.tunnel = true
            let inside = try await fixture.run("raw", raw)
            #expect((inside.ms ?? 99_999) < 20_000)
            raw.text = "\u{1}\u{2}\u{3}\u{0}garbage"
            _ = try await fixture.run("raw", raw)
            var noName = fixture.options(mode: "transparent")
            noName.sni = ""
            #expect(try await fixture.run("once", noName).error != nil)
            let reported = try await eventually {
                let seen = fixture.accessLog.connections.filter { $0.log == EnvoyNames.mitmConnectionLog }
                return seen.contains { $0.noRoute && $0.agent == "agent-1" }
                    && seen.contains { !$0.failure.isEmpty && $0.agent == "agent-1" }
            }
            #expect(reported, "\(fixture.accessLog.connections) \(fixture.accessLog.exchanges)")
        }
    }

    @Test("every exchange is reported with its agent and decision")
    func exchanges() async throws {
        try await EnvoyFixture.with { fixture in
            _ = try await fixture.run("once", fixture.options())
            _ = try await fixture.run("once", fixture.options(mode: "origin"))
            let reported = try await eventually {
                let seen = fixture.accessLog.exchanges.filter { $0.agent == "agent-1" && $0.decision == "decision-1" }
                return Set(seen.map(\.log)) == ["front", "mitm"] && seen.contains { $0.status == 200 }
            }
            #expect(reported, "\(fixture.accessLog.exchanges)")
        }
    }

    @Test("a leaf is kept while it lives and fetched again after its lifetime; a name with no leaf fails at once")
    func leaves() async throws {
        var options = EnvoyFixture.Options()
        options.leafLifetime = .seconds(2)
        try await EnvoyFixture.with(options) { fixture in
            let first = try await fixture.run("once", fixture.options())
            #expect(first.names?.contains("api.up.test") == true)
            #expect(try await fixture.run("once", fixture.options()).serial == first.serial)
            let gone = try await eventually {
                try fixture.envoy.statistic("listener.mitm.*on_demand_secret.cert_active") == 0
            }
            let statistics = try fixture.envoy.admin("/stats?filter=on_demand")
            #expect(gone, "\(statistics)")
            #expect(try await fixture.run("once", fixture.options()).status == 200)
            var bad = fixture.options(mode: "transparent")
            bad.sni = "under_score.up.test"
            let refused = try await fixture.run("once", bad)
            #expect(refused.error != nil && (refused.ms ?? 9_999) < 2_000, "\(refused)")
        }
    }

    @Test("a handshake whose leaf never comes is ended in bounded time")
    func silentDiscovery() async throws {
        let stalled = Mutex(false)
        let released = DispatchSemaphore(value: 0)
        var options = EnvoyFixture.Options()
        options.handshakeTimeout = .seconds(2)
        options.claimsAge = .zero
        options.platformHosts = {
            if stalled.withLock({ $0 }) { _ = released.wait(timeout: .now() + 8) }
            return []
        }
        try await EnvoyFixture.with(options) { fixture in
            #expect(try await fixture.run("once", fixture.options()).status == 200)
            stalled.withLock { $0 = true }
            let answer = try await fixture.run("once", fixture.options(host: "late.up.test", mode: "transparent"))
            #expect(answer.error != nil)
            #expect((answer.ms ?? 99_999) < 4_500, "\(answer)")
            stalled.withLock { $0 = false }
            released.signal()
        }
    }
}
