import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Agents that reach the gateway over the network: each has a port, and only its own pods may use it.
@Suite(.serialized) struct TCPListenerTests {
    private static let own = "127.0.0.11"
    private static let other = "127.0.0.12"
    private static let ways = ["connect", "transparent", "absolute", "origin", "plain-in-tunnel"]

    private static func with(
        _ body: @Sendable @escaping (EnvoyFixture, GatewayFixture) async throws -> Void
    ) async throws {
        var options = EnvoyFixture.Options()
        options.overTCP = true
        try await GatewayFixture.with(options) { fixture, gateway in
            fixture.directory.admit([own], to: "agent-1")
            fixture.directory.admit([other], to: "agent-2")
            try await body(fixture, gateway)
        }
    }

    private static func options(
        _ fixture: EnvoyFixture, _ agent: String = "agent-1", from source: String?, _ mode: String? = nil
    ) -> AgentOptions {
        var options = fixture.options(agent, mode: mode)
        options.from = source
        return options
    }

    @Test("each way in works on the agent's one port from its own address, which stands in the audit log")
    func own() async throws {
        try await Self.with { fixture, gateway in
            for mode in Self.ways {
                let answer = try await fixture.run("once", Self.options(fixture, from: Self.own, mode))
                #expect(answer.status == 200, "\(mode): \(answer)")
            }
            let decisions = gateway.audit.events.filter { $0.kind == .decision }
            #expect(decisions.count == 7 && decisions.allSatisfy { $0.source == Self.own && $0.outcome == .allowed })
            let completed = try await eventually { gateway.audit.events.count { $0.kind == .completion } == 7 }
            #expect(completed)
            #expect(gateway.audit.events.allSatisfy { $0.source == Self.own })
        }
    }

    @Test("from any other address nothing passes, not even a tunnel, and nothing is said about whose port it is")
    func foreign() async throws {
        try await Self.with { fixture, gateway in
            for source in [nil, Self.other] {
                for mode in Self.ways {
                    let seen = gateway.audit.events.count
                    let answer = try await fixture.run("once", Self.options(fixture, from: source, mode))
                    let isTunnel = mode == "connect" || mode == "plain-in-tunnel"
                    #expect((isTunnel ? answer.tunnel : answer.status) == 403, "\(mode): \(answer)")
                    let refusal = try answer.refusal()
                    #expect(refusal.code == "unknown_agent" && refusal.agent == nil, "\(mode): \(refusal)")
                    let event = gateway.audit.events.dropFirst(seen).first { $0.kind == .decision }
                    #expect(event?.code == .unknownAgent && event?.outcome == .denied, "\(mode)")
                    #expect(event?.source == source ?? "127.0.0.1" && event?.agent?.rawValue == "agent-1", "\(mode)")
                }
            }
            // Another agent's address is no better at this agent's port, nor this agent's at the other's.
            let crossed = try await fixture.run("once", Self.options(fixture, "agent-2", from: Self.own))
            #expect(crossed.tunnel == 403)
            #expect(try crossed.refusal().code == "unknown_agent")
        }
    }

    @Test("headers that claim another source change nothing and don't go out")
    func forged() async throws {
        try await Self.with { fixture, _ in
            let claims = { (address: String) in
                ["x-source-ip": address, "x-palana-source": address, "x-forwarded-for": address]
            }
            for mode in ["connect", "transparent", "origin"] {
                var honest = Self.options(fixture, from: Self.own, mode)
                honest.headers = claims(Self.other)
                honest.connectHeaders = claims(Self.other)
                let answer = try await fixture.run("once", honest)
                #expect(answer.status == 200, "\(mode): \(answer)")
                let received = try answer.received().headers
                #expect(claims("").keys.filter { received[$0] != nil } == [], "\(mode): \(received)")
                var liar = Self.options(fixture, from: Self.other, mode)
                liar.headers = claims(Self.own)
                liar.connectHeaders = claims(Self.own)
                let refused = try await fixture.run("once", liar)
                #expect(refused.status ?? refused.tunnel == 403, "\(mode): \(refused)")
            }
        }
    }

    @Test("palana.internal learns agent and source from the connection")
    func internalHost() async throws {
        try await Self.with { fixture, _ in
            func ask(_ source: String) async throws -> AgentAnswer {
                var options = Self.options(fixture, from: source, "origin")
                (options.host, options.port, options.path) = ("palana.internal", nil, "/v1/whoami")
                options.headers = ["x-palana-source": "10.9.9.9", "x-palana-agent": "agent-2"]
                return try await fixture.run("once", options)
            }
            let answer = try await ask(Self.own)
            #expect(answer.body == "agent-1 \(Self.own)")
            let refused = try await ask(Self.other)
            #expect(refused.status == 403)
        }
    }

    @Test("an agent without pods has no source that is right")
    func nobody() async throws {
        try await Self.with { fixture, _ in
            fixture.directory.admit([], to: "agent-1")
            let answer = try await fixture.run("once", Self.options(fixture, from: Self.own))
            #expect(answer.tunnel == 403)
        }
    }

    @Test(
        "a killed or suspended agent's port closes, and all it has open is cut; released, it opens again",
        arguments: [AgentSnapshot.Standing.killed, .suspended])
    func kill(_ standing: AgentSnapshot.Standing) async throws {
        try await Self.with { fixture, _ in
            func held(_ agent: String, _ source: String, _ mode: String, _ kind: String) throws -> NodeScript {
                var options = Self.options(fixture, agent, from: source, mode)
                (options.path, options.kind) = ("/sse", kind)
                return try fixture.start("hold", options)
            }
            let doomed = [
                try held("agent-1", Self.own, "connect", "sse"), try held("agent-1", Self.own, "transparent", "sse"),
                try held("agent-1", Self.own, "origin", "sse"), try held("agent-1", Self.own, "connect", "tunnel"),
            ]
            let spared = try held("agent-2", Self.other, "connect", "sse")
            defer { for script in doomed + [spared] { script.stop() } }
            for script in doomed + [spared] { _ = try await script.line() }
            for script in doomed { try script.tell("cut") }
            let id = AgentID(rawValue: "agent-1")
            let active = try #require(fixture.directory.agent(id))
            var stopped = active
            stopped.standing = standing
            fixture.directory.add(stopped)
            for script in doomed {
                let cut = try JSONDecoder().decode(AgentAnswer.self, from: try await script.line())
                #expect((cut.ms ?? 9_999) < 250)
            }
            let late = try await fixture.run("once", Self.options(fixture, from: Self.own))
            #expect(late.error == "ECONNREFUSED", "\(late)")
            #expect(try await fixture.run("once", Self.options(fixture, "agent-2", from: Self.other)).status == 200)
            fixture.directory.add(active)
            try await fixture.discovery.waitUntilListening(id)
            #expect(try await fixture.run("once", Self.options(fixture, from: Self.own)).status == 200)
        }
    }

    @Test("a port that another program has is a problem that is told, not one that is shared")
    func taken() async throws {
        try await Self.with { fixture, _ in
            let port = try #require(fixture.agentPorts["agent-2"])
            #expect(TCPListenerTests.canBind(port) == false)
        }
    }

    /// Whether a second listener could share the port, as SO_REUSEPORT lets programs of one user.
    private static func canBind(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
