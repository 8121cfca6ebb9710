import Foundation
import Testing

@Suite("The way out of a real sandbox", .platform, .serialized)
struct PlatformEgressTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        var what: String
        var exchange: Exchange
        /// The code of the JSON, or where the connection ends without one.
        var code: String
        var testDescription: String { what }
    }

    static let attempts = [
        Attempt(
            what: "a host that no rule allows", exchange: .request("/", host: "denied.e2e.test"),
            code: "denied_by_policy"),
        Attempt(
            what: "the same past the proxy", exchange: .request("/", host: "denied.e2e.test").direct,
            code: "denied_by_policy"),
        Attempt(what: "a raw address", exchange: .request("/", host: "127.0.0.1"), code: "denied_by_policy"),
        Attempt(what: "port 22", exchange: Exchange(connect: "api.e2e.test:22", send: ""), code: "port_not_allowed"),
        Attempt(
            what: "a decimal address", exchange: Exchange(connect: "2130706433:443", send: ""),
            code: "malformed_request"),
        Attempt(
            what: "a mapped address", exchange: Exchange(connect: "[::ffff:127.0.0.1]:443", send: ""),
            code: "malformed_request"),
        Attempt(
            what: "a Host that isn't the SNI",
            exchange: Exchange(connect: "api.e2e.test:443", send: "GET / HTTP/1.1\nHost: other.e2e.test\n\n"),
            code: "authority_mismatch"),
        Attempt(
            what: "an SNI that isn't the tunnel",
            exchange: Exchange(
                connect: "api.e2e.test:443", sni: "other.e2e.test", send: "GET / HTTP/1.1\nHost: other.e2e.test\n\n"),
            code: "authority_mismatch"),
        Attempt(
            what: "two Host headers", exchange: .request("/", headers: "Host: other.e2e.test\n"),
            code: "malformed_request"),
        Attempt(
            what: "both lengths",
            exchange: .request(
                "POST", "/", headers: "Content-Length: 4\nTransfer-Encoding: chunked\n",
                body: "0\n\nGET /smuggled HTTP/1.1\nHost: api.e2e.test\n\n"),
            code: "malformed_request"),
        Attempt(
            what: "a name of a metadata address", exchange: .request("/", host: "metadata.e2e.test"),
            code: "private_address"),
        Attempt(
            what: "a name of a private address", exchange: .request("/", host: "lan.e2e.test"), code: "private_address"),
        Attempt(what: "a name of 0.0.0.0", exchange: .request("/", host: "zero.e2e.test"), code: "private_address"),
    ]

    @Test("refuses with a reason, and nothing arrives", arguments: attempts)
    func refused(_ attempt: Attempt) async throws {
        let platform = try PlatformFixture.shared()
        let arrived = try platform.world.requests().count
        let answer = try await platform.probe("one", attempt.exchange)
        #expect(answer.code == attempt.code, "\(answer.stage) \(answer.error) \(answer.raw)")
        #expect(try platform.world.requests().count == arrived)
    }

    @Test("refuses an allowed name that leads to this machine, where something listens")
    func loopback() async throws {
        let platform = try PlatformFixture.shared()
        let port = platform.world.ports.private
        let answer = try await platform.probe(
            "one",
            Exchange(
                connect: "private.e2e.test:\(port)", send: "GET / HTTP/1.1\nHost: private.e2e.test:\(port)\n\n"))
        #expect(answer.code == "private_address")
    }

    @Test("carries HTTP/1.0, every time")
    func oldVersion() async throws {
        let platform = try PlatformFixture.shared()
        let url = "http://plain.e2e.test:\(platform.world.ports.plain)/seen"
        let answer = try await platform.probe("one", .absolute("GET \(url) HTTP/1.0\n\n").times(50))
        #expect(
            answer.status == 200 && answer.raw.hasPrefix("HTTP/1."), "\(answer.stage) \(answer.error) \(answer.raw)")
    }

    @Test(
        "gives the whole answer to a client that wants the connection closed after it", arguments: ["proxy", "direct"])
    func closing(_ via: String) async throws {
        let platform = try PlatformFixture.shared()
        var exchange = Exchange.request("/seen", headers: "Connection: close\n").times(20)
        exchange.via = via
        let answer = try await platform.probe("one", exchange)
        #expect(answer.status == 200 && answer.raw.contains("api.e2e.test"), "\(answer.stage) \(answer.error)")
    }

    @Test("takes no header that names the platform's own to the upstream")
    func forged() async throws {
        let platform = try PlatformFixture.shared()
        let headers =
            "x-agent-id: two\nx-palana-agent: two\nx-envoy-original-path: /x\nx-egress-agent: two\n"
            + "x-forwarded-for: 192.0.2.1\n"
        let answer = try await platform.probe("one", .request("/seen", headers: headers))
        #expect(answer.status == 200)
        for name in ["x-palana-agent", "x-envoy", "x-egress", "x-forwarded"] {
            #expect(!answer.raw.lowercased().contains("\"" + name), "\(answer.raw)")
        }
    }

    @Test("does not lead out by UDP, ICMP, raw sockets, IPv6 or DNS")
    func otherWays() async throws {
        let platform = try PlatformFixture.shared()
        let script = """
            import socket
            def attempt(name, act):
                try:
                    act()
                    print(name, "open")
                except OSError as error:
                    print(name, "closed")
            def make(family, kind, protocol=0):
                return lambda: socket.socket(family, kind, protocol)
            def reach(family, address):
                def act():
                    with socket.socket(family, socket.SOCK_DGRAM) as s:
                        s.settimeout(2); s.connect(address); s.send(b"x"); s.recv(1)
                return act
            attempt("raw", make(socket.AF_INET, socket.SOCK_RAW, 1))
            attempt("packet", make(socket.AF_PACKET, socket.SOCK_RAW))
            attempt("vsock", make(40, socket.SOCK_STREAM))
            attempt("udp", reach(socket.AF_INET, ("192.0.2.1", 9)))
            attempt("udp6", reach(socket.AF_INET6, ("2001:db8::1", 9)))
            attempt("tcp", lambda: socket.create_connection(("192.0.2.1", 443), 2))
            attempt("platform", lambda: socket.create_connection(("127.0.0.1", 8200), 2))
            socket.getaddrinfo("secret-in-a-name.e2e.test", 443)
            """
        let result = try await platform.palana(["exec", "one", "--no-tty", "--", "python3", "-"], input: script)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 7, "\(result)")
        #expect(lines.allSatisfy { $0.hasSuffix("closed") }, "\(result)")
        #expect(try !platform.world.lookups().contains { $0.contains("secret-in-a-name") })
    }

    @Test("is the same for a process beside the agent: filter, capabilities, privileges")
    func confined() async throws {
        let platform = try PlatformFixture.shared()
        let script = "grep -hE '^(Seccomp|NoNewPrivs|Cap|Uid)' /proc/self/status"
        let beside = try await platform.must("exec", "one", "--no-tty", "--", "sh", "-c", script)
        let own = try await platform.palana("run", "fresh", "--no-tty", "--", "sh", "-c", script)
        func part(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.hasPrefix("Uid") } }
        #expect(part(beside) == part(own.output))
        #expect(beside.contains("Seccomp:\t2") && beside.contains("NoNewPrivs:\t1"))
        #expect(beside.contains("CapEff:\t0000000000000000") && beside.contains("CapBnd:\t0000000000000000"))
        #expect(!beside.contains("Uid:\t0"))
    }
}
