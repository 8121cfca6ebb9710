import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Bytes that two programs could read in two ways, and those that try to pass for something else. What is refused is
/// answered with its code and on record with the agent's name; nothing of it reaches an upstream.
@Suite(.serialized) struct ConfusionTests {
    typealias Try = HostileClient.Try

    /// One try and what must come of it. `$` in a text stands for the plain upstream's port.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String { name }
        var name: String
        var attempt: Try
        /// nil: no JSON, since no HTTP was spoken or the connection just ends.
        var code: RefusalCode?
        /// What is on record; nil: as `code`.
        var recorded: RefusalCode?

        init(_ name: String, _ attempt: Try, _ code: RefusalCode?, recorded: RefusalCode? = nil) {
            self.name = name
            self.attempt = attempt
            self.code = code
            self.recorded = recorded ?? code
        }
    }

    private static func front(_ lines: String...) -> Try { Try(text: lines.joined(separator: "\r\n") + "\r\n\r\n") }
    private static func host(_ host: String) -> Try { front("GET / HTTP/1.1", "host: \(host)") }
    private static func get(_ lines: String...) -> Try {
        Try(text: (["GET / HTTP/1.1", "host: api.up.test:$"] + lines).joined(separator: "\r\n") + "\r\n\r\n")
    }
    private static func post(_ head: [String], _ body: String) -> Try {
        let lines = ["POST / HTTP/1.1", "host: api.up.test:$"] + head
        return Try(text: lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }
    private static func connect(_ authority: String) -> Try {
        front("CONNECT \(authority) HTTP/1.1", "host: \(authority)")
    }
    private static func second(_ fields: [[String]]) -> Try {
        var attempt = Try(way: "tls")
        attempt.alpn = "h2"
        attempt.fields = fields
        return attempt
    }
    private static let pseudo = [
        [":method", "GET"], [":scheme", "https"], [":path", "/"], [":authority", "api.up.test:%"],
    ]

    static let hosts: [Case] = [
        Case("two Host fields", front("GET / HTTP/1.1", "host: api.up.test:$", "host: evil.test"), .malformedRequest),
        Case("no Host", front("GET / HTTP/1.1"), .malformedRequest),
        Case("empty Host", host(""), .malformedRequest),
        Case("two hosts in one field", host("api.up.test,evil.test"), .malformedRequest),
        Case("a space in the host", host("api.up.test evil.test"), .malformedRequest),
        Case("a NUL in the host", host("api.up.test\0.evil.test"), .malformedRequest),
        Case("a slash in the host", host("api.up.test/evil"), .malformedRequest),
        Case("letters beyond ASCII", host("bücher.up.test"), .malformedRequest),
        Case("a broken A-label", host("xn--a.up.test"), .malformedRequest),
        Case("user information", host("user:pass@api.up.test:$"), .foreignCredential),
        Case("port 0", host("api.up.test:0"), .malformedRequest),
        Case("port 99999", host("api.up.test:99999"), .malformedRequest),
        Case("an empty port", host("api.up.test:"), .malformedRequest),
        Case("another port", host("api.up.test:9"), .deniedByPolicy),
        Case("decimal address", host("2130706433"), .malformedRequest),
        Case("hexadecimal address", host("0x7f.1"), .malformedRequest),
        Case("octal address", host("0177.0.0.1"), .malformedRequest),
        Case("short address", host("127.1"), .malformedRequest),
        Case("mapped address", host("[::ffff:127.0.0.1]"), .malformedRequest),
        Case("plain address", host("127.0.0.1:$"), .deniedByPolicy),
        Case(
            "target's host is not Host's", front("GET http://evil.test/ HTTP/1.1", "host: api.up.test:$"),
            .deniedByPolicy),
        Case("https in clear", front("GET https://api.up.test/ HTTP/1.1", "host: api.up.test"), .malformedRequest),
    ]

    static let tunnels: [Case] = [
        Case("CONNECT to 22", connect("api.up.test:22"), .portNotAllowed),
        Case("CONNECT to 25", connect("api.up.test:25"), .portNotAllowed),
        Case("CONNECT to another host's 80", connect("evil.test:80"), .deniedByPolicy),
        Case("CONNECT to an address", connect("127.0.0.1:443"), .deniedByPolicy),
        Case("CONNECT to an odd address", connect("2130706433:443"), .malformedRequest),
        Case("CONNECT with user information", connect("u:p@api.up.test:443"), .malformedRequest),
        Case("CONNECT without a port", connect("api.up.test"), .malformedRequest),
        Case("CONNECT to two", connect("api.up.test:443,evil.test:443"), .malformedRequest),
        Case("CONNECT with a path", connect("api.up.test:443/x"), .malformedRequest),
        Case(
            "CONNECT and another Host", front("CONNECT api.up.test:9 HTTP/1.1", "host: api.up.test:$"), .portNotAllowed),
    ]

    static let framing: [Case] = [
        Case("CL and TE", post(["content-length: 4", "transfer-encoding: chunked"], "0\r\n\r\n"), .malformedRequest),
        Case("two lengths", post(["content-length: 4", "content-length: 5"], "abcde"), .malformedRequest),
        Case("a list of lengths", post(["content-length: 4, 5"], "abcde"), .malformedRequest),
        Case("a signed length", post(["content-length: +4"], "abcd"), .malformedRequest),
        Case(
            "TE twice", post(["transfer-encoding: chunked", "transfer-encoding: chunked"], "0\r\n\r\n"),
            .malformedRequest),
        Case("TE xchunked", post(["transfer-encoding: xchunked"], "0\r\n\r\n"), .malformedRequest),
        Case("TE gzip, chunked", post(["transfer-encoding: gzip, chunked"], "0\r\n\r\n"), .malformedRequest),
        Case("TE with a tab", post(["transfer-encoding:\tchunked, identity"], "0\r\n\r\n"), .malformedRequest),
        Case("a space before the colon", post(["transfer-encoding : chunked"], "0\r\n\r\n"), .malformedRequest),
        Case("a NUL in a value", get("x-nul: a\0b"), .malformedRequest),
        Case("a header without a colon", get("nonsense"), .malformedRequest),
        Case("an odd method", Try(text: "GE\tT / HTTP/1.1\r\nhost: api.up.test:$\r\n\r\n"), .malformedRequest),
        Case("TRACE", Try(text: "TRACE / HTTP/1.1\r\nhost: api.up.test:$\r\n\r\n"), .deniedByPolicy),
        Case(
            "10,000 headers",
            Try(
                text: "GET / HTTP/1.1\r\nhost: api.up.test:$\r\n" + (0..<10_000).map { "x-\($0): 1\r\n" }.joined()
                    + "\r\n"), .malformedRequest),
        Case(
            "201 headers",
            Try(
                text: "GET / HTTP/1.1\r\n" + (0..<200).map { "x-\($0): 1\r\n" }.joined()
                    + "host: api.up.test:$\r\ncookie: a\r\n\r\n"), .malformedRequest),
        Case("a long header", get("x-long: " + String(repeating: "a", count: 70_000)), .malformedRequest),
        Case(
            "a path that climbs", Try(text: "GET /a/%2e%2e/b HTTP/1.1\r\nhost: api.up.test:$\r\n\r\n"),
            .malformedRequest),
        Case("a path without a slash", Try(text: "GET x HTTP/1.1\r\nhost: api.up.test:$\r\n\r\n"), .malformedRequest),
    ]

    static let second: [Case] = [
        Case(
            "h2: no authority", second([[":method", "GET"], [":scheme", "https"], [":path", "/"]]), nil,
            recorded: .malformedRequest),
        Case("h2: two authorities", second(pseudo + [[":authority", "evil.test"]]), nil, recorded: .malformedRequest),
        Case("h2: two paths", second(pseudo + [[":path", "/x"]]), nil, recorded: .malformedRequest),
        Case("h2: pseudo-header last", second([["a", "b"]] + pseudo), nil, recorded: .malformedRequest),
        Case("h2: unknown pseudo-header", second(pseudo + [[":evil", "1"]]), nil, recorded: .malformedRequest),
        Case("h2: upper-case name", second(pseudo + [["X-Upper", "1"]]), nil, recorded: .malformedRequest),
        Case("h2: Connection", second(pseudo + [["connection", "close"]]), nil, recorded: .malformedRequest),
        Case(
            "h2: transfer-encoding", second(pseudo + [["transfer-encoding", "chunked"]]), nil,
            recorded: .malformedRequest),
        Case("h2: CRLF in a value", second(pseudo + [["x-a", "b\r\nx-c: d"]]), nil, recorded: .malformedRequest),
        Case(
            "h2: path with a space",
            second([
                [":method", "GET"], [":scheme", "https"], [":path", "/ HTTP/1.1"], [":authority", "api.up.test:%"],
            ]), nil, recorded: .malformedRequest),
        Case(
            "h2: user information",
            second([[":method", "GET"], [":scheme", "https"], [":path", "/"], [":authority", "u:p@api.up.test:%"]]),
            nil, recorded: .malformedRequest),
        Case(
            "h2: scheme http",
            second([[":method", "GET"], [":scheme", "http"], [":path", "/"], [":authority", "api.up.test:%"]]),
            .authorityMismatch),
        Case("h2: CONNECT", second([[":method", "CONNECT"], [":authority", "api.up.test:%"]]), .malformedRequest),
        Case("h2: 201 headers", second(pseudo + (0..<201).map { ["x-\($0)", "1"] }), .malformedRequest),
    ]

    private static func version(_ version: String) -> Try {
        Try(way: "tls", text: "GET / HTTP/1.1\r\n\r\n", tls: .init(minVersion: version, maxVersion: version))
    }

    static let connections: [Case] = [
        Case("TLS 1.0", version("TLSv1"), nil, recorded: .malformedRequest),
        Case("TLS 1.1", version("TLSv1.1"), nil, recorded: .malformedRequest),
        Case("no SNI", Try(way: "tls", text: "GET / HTTP/1.1\r\n\r\n", sni: ""), nil, recorded: .malformedRequest),
        Case("SNI is not Host", Try(way: "tls", text: "GET / HTTP/1.1\r\nhost: evil.test\r\n\r\n"), .authorityMismatch),
        Case(
            "tunnel is not SNI",
            Try(way: "tunnel-tls", text: "GET / HTTP/1.1\r\nhost: x.up.test\r\n\r\n", sni: "x.up.test"),
            .authorityMismatch),
        Case(
            "a CONNECT in a tunnel",
            Try(way: "tunnel-tls", text: "CONNECT evil.test:443 HTTP/1.1\r\nhost: evil.test:443\r\n\r\n"),
            .malformedRequest),
        Case(
            "a head that never ends", Try(parts: ["GET / HTTP/1.1\r\n", "host: api"], wait: 14_000), .malformedRequest),
    ]

    @Test("what is odd but means one thing goes out as one thing")
    func plain() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            let many = (0..<199).map { "x-\($0): 1\r\n" }.joined()
            let tries: [Try] = [
                Try(text: "GET / HTTP/1.0\r\nhost: api.up.test:$\r\n\r\n"),
                Self.host("API.Up.Test:$"),
                Self.get("x-folded: a", " b"),
                Self.get("connection: authorization"),
                Self.get("connection: close, x-egress-body"),
                // Envoy's codec frames it anew, in HTTP/1.1.
                Try(text: "POST / HTTP/1.0\r\nhost: api.up.test:$\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
                Self.get("x-bare: a\rx-made: b"),
                Self.post(["transfer-encoding: chunked"], "4;a=b\r\nabcd\r\n0\r\n\r\n"),
                Self.get("x-forwarded-for: 10.0.0.1", "x-envoy-internal: true", "x-egress-body: 1"),
                Try(text: "GET / HTTP/1.1\r\nhost: api.up.test:$\r\n\(many)\r\n"),
            ]
            for attempt in tries {
                let outcome = try await client.send(Self.filled(attempt, fixture.ports))
                #expect(outcome.status == 200, "\(outcome)")
                for name in ["x-forwarded-for", "x-envoy-internal", "x-egress-body", "a=b", "\\r", "\"x-made\""] {
                    #expect(!outcome.body.contains(name), "\(outcome)")
                }
            }
        }
    }

    @Test(
        "confusing requests are refused with their code and on record",
        arguments: [hosts, tunnels, framing, second, connections])
    func refused(_ cases: [Case]) async throws {
        try await GatewayFixture.with { fixture, gateway in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            for one in cases {
                let before = gateway.audit.events.count
                let outcome = try await client.send(Self.filled(one.attempt, fixture.ports))
                #expect(outcome.code == one.code?.rawValue, "\(one.name): \(outcome)")
                if let code = one.recorded {
                    let recorded = try await gateway.records(code, after: before)
                    #expect(
                        recorded, "\(one.name): \(outcome) \(gateway.audit.events.dropFirst(before).map { $0.code })")
                }
                let allowed = gateway.audit.events.dropFirst(before).filter {
                    $0.outcome == .allowed && $0.action != "connect"
                }
                #expect(allowed == [], "\(one.name): \(outcome)")
            }
        }
    }

    @Test("a Host beside :authority doesn't go out in HTTP/2")
    func hostBesideAuthority() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            let attempt = Self.second(Self.pseudo + [["host", "evil.test"]])
            let outcome = try await client.send(Self.filled(attempt, fixture.ports))
            #expect(outcome.body.contains("api.up.test") && !outcome.body.contains("evil.test"), "\(outcome)")
        }
    }

    @Test("an upgrade to h2c isn't passed on; the request is a plain one")
    func plainUpgrade() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            let attempt = Self.get("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABk")
            let outcome = try await client.send(Self.filled(attempt, fixture.ports))
            #expect(outcome.status == 200 && !outcome.body.lowercased().contains("h2"), "\(outcome)")
        }
    }

    /// Envoy 1.40 drops it in its codec, before any filter; docs/threat-model.md says why nobody can refuse it.
    @Test("user information in an absolute target goes nowhere")
    func userInformation() async throws {
        try await GatewayFixture.with { fixture, _ in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            let attempt = Self.front("GET http://user:fake-pass@api.up.test:$/x HTTP/1.1", "host: api.up.test:$")
            let outcome = try await client.send(Self.filled(attempt, fixture.ports))
            #expect(outcome.status == 200 && outcome.body.contains("\"path\":\"/x\""), "\(outcome)")
            for word in ["user", "fake-pass", "authorization"] { #expect(!outcome.body.contains(word), "\(outcome)") }
        }
    }

    private static func filled(_ attempt: Try, _ ports: EnvoyFixture.Ports) -> Try {
        var attempt = attempt
        attempt.text = attempt.text.replacingOccurrences(of: "$", with: String(ports.plain))
        attempt.fields = attempt.fields?.map { field in
            field.map { $0.replacingOccurrences(of: "%", with: String(ports.secure)) }
        }
        return attempt
    }
}
