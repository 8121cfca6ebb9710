import Foundation
import TestSupport
import Testing

/// Requests pass through the real Envoy in every way that agents' programs send them.
@Suite(.serialized) struct ForwardingTests {
    @Test("each way in reaches the upstream, and the authorizer knows who asked and at which hop")
    func waysIn() async throws {
        try await EnvoyFixture.with { fixture in
            for mode in ["connect", "transparent", "absolute", "origin", "plain-in-tunnel"] {
                fixture.authorizer.forget()
                let answer = try await fixture.run("once", fixture.options("agent-2", mode: mode))
                #expect(answer.status == 200, "\(mode): \(answer)")
                let checks = fixture.authorizer.checks
                let hops = checks.compactMap(\.hop)
                #expect(!checks.isEmpty && checks.allSatisfy { $0.agent == "agent-2" }, "\(mode): \(checks)")
                let tunnelled = mode == "connect" || mode == "plain-in-tunnel"
                #expect(
                    hops == (tunnelled ? ["front", "mitm"] : [mode == "transparent" ? "mitm" : "front"]), "\(mode)")
                #expect(checks.last?.connect?.isEmpty == (tunnelled ? false : nil), "\(mode): \(checks)")
            }
        }
    }

    @Test(
        "an answer arrives whole when the client asks for the connection to be closed after it",
        arguments: ["connect", "transparent", "absolute", "origin", "plain-in-tunnel"])
    func closing(_ mode: String) async throws {
        try await EnvoyFixture.with { fixture in
            for _ in 0..<4 {
                var options = fixture.options("agent-2", mode: mode)
                options.headers = ["connection": "close"]
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 200 && (answer.body ?? "").hasSuffix("}"), "\(answer)")
            }
        }
    }

    @Test("a refused tunnel gets 403 and JSON, never 200")
    func refusedTunnel() async throws {
        try await EnvoyFixture.with { fixture in
            let answer = try await fixture.run("once", fixture.options(host: "denied.up.test"))
            #expect(answer.tunnel == 403)
            #expect(try answer.refusal().code == "denied_by_policy")
            #expect(answer.headers?["x-palana-decision"] == "decision-1")
        }
    }

    @Test("headers that only the gateway may set change nothing and don't go out")
    func forgedHeaders() async throws {
        try await EnvoyFixture.with { fixture in
            let forged = [
                "x-agent-id": "agent-2", "x-palana-agent": "agent-2", "x-palana-hop": "front", "x-egress-body": "1",
                "x-connect-authority": "other:443", "x-forwarded-for": "10.1.1.1", "x-envoy-internal": "true",
                "x-envoy-original-path": "/other", "proxy-authorization": "Basic fake", "x-forwarded-proto": "https",
            ]
            for mode in ["connect", "transparent", "origin"] {
                fixture.authorizer.forget()
                var options = fixture.options(mode: mode)
                options.headers = forged
                options.connectHeaders = forged
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 200, "\(mode): \(answer)")
                #expect(fixture.authorizer.checks.allSatisfy { $0.agent == "agent-1" && $0.connect != "other:443" })
                let received = try answer.received().headers
                #expect(forged.keys.filter { received[$0] != nil } == [], "\(mode): \(received)")
            }
        }
    }

    @Test("WebSocket, HTTP/2 and server-sent events pass")
    func protocols() async throws {
        try await EnvoyFixture.with { fixture in
            for mode in ["connect", "transparent", "origin"] {
                let socket = try await fixture.run("websocket", fixture.options(mode: mode))
                #expect(socket.status == 101 && socket.echo == [0x82, 0x84, 0, 0, 0, 0, 1, 2, 3, 4], "\(mode)")
            }
            let second = try await fixture.run("http2", fixture.options())
            #expect(second.status == 200 && second.alpn == "h2", "\(second)")
            #expect(second.body == "pong" && second.trailer == "0", "\(second)")
        }
    }

    @Test("bodies pass through the processor only where the authorizer asked, with agent and decision")
    func processing() async throws {
        try await EnvoyFixture.with { fixture in
            for mode in ["connect", "transparent", "origin"] {
                let plain = try await fixture.run("once", fixture.options(mode: mode))
                #expect(plain.headers?["x-processed"] == nil, "\(mode)")
                var options = fixture.options(host: "processed.up.test", mode: mode)
                options.bytes = 300_000
                let up = try await fixture.run("upload", options)
                #expect(try up.received().bytes == 300_000, "\(mode): \(up)")
                #expect(try up.received().headers["x-egress-body"] == nil, "\(mode)")
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 200 && answer.headers?["x-processed"] == "1", "\(mode): \(answer)")
            }
            #expect(fixture.processor.exchanges == [.init(agent: "agent-1", decision: "decision-1")])
            var large = fixture.options(host: "processed.up.test")
            large.bytes = 20 << 20
            #expect(try await fixture.run("upload", large).received().bytes == 20 << 20)
            #expect((try await fixture.run("download", large).bytes ?? 0) >= 20 << 20)
        }
    }

    @Test("palana.internal learns the agent from the connection, whatever its headers say")
    func internalName() async throws {
        try await EnvoyFixture.with { fixture in
            for mode in ["connect", "transparent", "absolute", "origin"] {
                var options = fixture.options("agent-2", host: "palana.internal", mode: mode)
                options.path = "/v1/whoami"
                options.headers = ["x-palana-agent": "agent-1"]
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 200 && answer.body == "agent-2", "\(mode): \(answer)")
            }
        }
    }

    @Test("a request that nobody decides about is refused with JSON")
    func noAuthorizer() async throws {
        var options = EnvoyFixture.Options()
        options.withoutAuthorizer = true
        try await EnvoyFixture.with(options) { fixture in
            let tunnel = try await fixture.run("once", fixture.options())
            #expect(tunnel.tunnel == 503)
            #expect(try tunnel.refusal().code == "policy_unavailable")
            let inside = try await fixture.run("once", fixture.options(mode: "transparent"))
            #expect(inside.status == 503)
            #expect(try inside.refusal().code == "policy_unavailable")
        }
    }

    @Test("100 MB go up and come down while Envoy's memory stays bounded")
    func largeBodies() async throws {
        try await EnvoyFixture.with { fixture in
            let before = fixture.envoy.residentBytes
            for mode in ["connect", "transparent"] {
                var options = fixture.options(mode: mode)
                options.bytes = 100 << 20
                let up = try await fixture.run("upload", options)
                #expect(try up.received().bytes == 100 << 20, "\(mode)")
                let down = try await fixture.run("download", options)
                #expect(down.status == 200 && (down.bytes ?? 0) >= 100 << 20, "\(mode): \(down)")
            }
            #expect(fixture.envoy.residentBytes - before < 60 << 20)
        }
    }

    @Test("nothing of it listens on TCP, and every socket is ours alone")
    func sockets() async throws {
        try await EnvoyFixture.with { fixture in
            let inodes = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(fixture.envoy.processID)/fd")
                .compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(
                        atPath: "/proc/\(fixture.envoy.processID)/fd/\($0)")
                }
            for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
                let listening = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
                    .map { $0.split(separator: " ") }.filter { $0.count > 9 && $0[3] == "0A" }
                #expect(listening.filter { inodes.contains("socket:[\($0[9])]") }.isEmpty, "\(table)")
            }
            for path in ["g/gateway.sock", "g/admin.sock", "a/agent-1.sock"] {
                let mode = try FileManager.default.attributesOfItem(atPath: fixture.folder.path(path))[
                    .posixPermissions]
                #expect((mode as? NSNumber)?.intValue == 0o600, "\(path)")
            }
        }
    }
}
