import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// One agent can't pass for another, harm another, or outlive its listener.
@Suite(.serialized) struct IsolationTests {
    @Test("a tunnel that one agent aborts never carries another's request")
    func identityConfusion() async throws {
        try await EnvoyFixture.with { fixture in
            var abort = fixture.options("agent-1")
            abort.times = 400
            abort.host = "aborted.up.test"
            var repeated = fixture.options("agent-2")
            repeated.times = 120
            async let aborted = fixture.run("abort", abort, as: [String: Bool].self)
            let answers = try await fixture.run("repeat", repeated, as: [AgentAnswer].self)
            _ = try await aborted
            #expect(answers.count { $0.status == 200 } == 120)
            let inner = fixture.authorizer.checks.filter { $0.hop == "mitm" && $0.host.hasPrefix("api.") }
            #expect(inner.count == 120)
            #expect(inner.filter { $0.agent != "agent-2" || !($0.connect ?? "").hasPrefix("api.") } == [])
        }
    }

    @Test("removing an agent cuts all it has open within 250 ms and leaves others alone")
    func kill() async throws {
        var options = EnvoyFixture.Options()
        options.agents = [.plain("agent-1"), .plain("agent-2"), .plain("agent-3")]
        try await EnvoyFixture.with(options) { fixture in
            func held(_ agent: String, _ mode: String, _ kind: String, _ path: String) throws -> NodeScript {
                var options = fixture.options(agent, mode: mode)
                options.path = path
                options.kind = kind
                if kind == "websocket" {
                    options.headers = [
                        "upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13",
                        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
                    ]
                }
                return try fixture.start("hold", options)
            }
            let doomed = [
                try held("agent-1", "connect", "sse", "/sse"), try held("agent-1", "transparent", "sse", "/sse"),
                try held("agent-1", "origin", "sse", "/sse"), try held("agent-1", "connect", "websocket", "/"),
            ]
            let spared = try held("agent-2", "connect", "sse", "/sse")
            defer { for script in doomed + [spared] { script.stop() } }
            for script in doomed + [spared] { _ = try await script.line() }
            for script in doomed { try script.tell("cut") }
            fixture.directory.remove("agent-1")
            for script in doomed {
                let cut = try JSONDecoder().decode(AgentAnswer.self, from: try await script.line())
                #expect((cut.ms ?? 9_999) < 250)
            }
            let late = try await fixture.run("once", fixture.options("agent-1"))
            #expect(late.error != nil)
            #expect(try await fixture.run("once", fixture.options("agent-2")).status == 200)
            fixture.directory.add(.plain("agent-1"))
            try await fixture.discovery.waitUntilListening(AgentID(rawValue: "agent-1"))
            #expect(try await fixture.run("once", fixture.options("agent-1")).status == 200)
        }
    }

    @Test("one agent asks for 50,000 names; another's requests succeed and stay quick, memory stays bounded")
    func nameFlood() async throws {
        var options = EnvoyFixture.Options()
        options.agents = [
            .plain("agent-1", hosts: ["*.flood.test"]), .plain("agent-2", hosts: ["*.up.test", "api.up.test"]),
        ]
        try await EnvoyFixture.with(options) { fixture in
            _ = try await fixture.run("once", fixture.options("agent-2"))
            let before = fixture.envoy.residentBytes
            var flood = fixture.options("agent-1", mode: "transparent")
            flood.pattern = "n#.flood.test"
            flood.count = 25_000
            var unnamed = flood
            unnamed.pattern = "n#.nobody.test"
            let floods = [try fixture.start("names", flood), try fixture.start("names", unnamed)]
            defer { for script in floods { script.stop() } }
            var victim = fixture.options("agent-2")
            victim.times = 40
            var times: [Double] = []
            for round in 0..<5 {
                victim.host = "cold\(round).up.test"
                let answers = try await fixture.run("repeat", victim, as: [AgentAnswer].self)
                #expect(answers.count { $0.status == 200 } == 40, "\(answers.filter { $0.status != 200 })")
                times += answers.compactMap(\.ms)
            }
            for script in floods { print("flood:", String(decoding: try await script.line(), as: UTF8.self)) }
            times.sort()
            print(
                "victim p50 \(times[100]) p99 \(times[197]) ms, leaves \(fixture.discovery.leaves.count),",
                "envoy grew by \((fixture.envoy.residentBytes - before) >> 20) MB")
            #expect(times[197] < 1_000)
            #expect(fixture.discovery.leaves.count <= 4_000)
            #expect(fixture.envoy.residentBytes - before < 250 << 20)
        }
    }
}
