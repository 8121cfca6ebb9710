import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// Placeholders where they mustn't stand, and keys of the agent's own, as bytes through the real Envoy.
@Suite(.serialized) struct PlaceholderTests {
    struct Case: Sendable {
        var name: String
        var line = "GET / HTTP/1.1"
        var fields: [String] = []
        var host = "api.up.test:$"
        var code: RefusalCode
    }

    private static let token = GatewayFixture.token
    private static let half = (String(token.prefix(20)), String(token.dropFirst(20)))
    private static func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    static let cases: [Case] = [
        Case(name: "path", line: "GET /\(token) HTTP/1.1", code: .placeholderNotAllowedHere),
        Case(name: "query", line: "GET /?k=\(token) HTTP/1.1", code: .placeholderNotAllowedHere),
        Case(name: "method", line: "\(token) / HTTP/1.1", code: .malformedRequest),
        Case(name: "header name", fields: ["\(token): 1"], code: .placeholderNotAllowedHere),
        Case(name: "host", host: "\(token).up.test:$", code: .malformedRequest),
        Case(
            name: "base64", fields: ["x-note: \(Data(token.utf8).base64EncodedString())"],
            code: .placeholderNotAllowedHere),
        Case(name: "basic", fields: ["authorization: \(basic("git:\(token)"))"], code: .placeholderNotAllowedHere),
        Case(name: "Referer", fields: ["referer: https://x/\(token)"], code: .placeholderNotAllowedHere),
        Case(name: "twice", fields: ["x-a: \(token)", "x-a: \(token)"], code: .malformedRequest),
        Case(name: "beside another field", fields: ["x-a: \(token)", "x-a: b"], code: .malformedRequest),
        Case(
            name: "cut over two fields", fields: ["authorization: Bearer \(half.0)", "authorization: \(half.1)"],
            code: .foreignCredential),
        Case(
            name: "another host", fields: ["authorization: Bearer \(token)"], host: "other.up.test:$",
            code: .placeholderNotAllowedHere),
        Case(
            name: "another agent's", fields: ["authorization: Bearer \(GatewayFixture.otherToken)"],
            code: .foreignPlaceholder),
        Case(
            name: "another agent's in the path", line: "GET /\(GatewayFixture.otherToken) HTTP/1.1",
            code: .foreignPlaceholder),
        Case(
            name: "another agent's in a cookie", fields: ["cookie: s=\(GatewayFixture.otherToken)"],
            code: .foreignPlaceholder),
        Case(
            name: "a cookie for another host", fields: ["cookie: s=\(token)"], host: "other.up.test:$",
            code: .placeholderNotAllowedHere),
        Case(name: "a key of its own", fields: ["authorization: Bearer own-key-1234567890"], code: .foreignCredential),
        Case(name: "a key of its own, x-api-key", fields: ["x-api-key: own"], code: .foreignCredential),
        Case(name: "a key of its own in the query", line: "GET /?access_token=own HTTP/1.1", code: .foreignCredential),
        Case(
            name: "a key beside the placeholder", fields: ["authorization: Bearer \(token) own-key-1234567890abcdef"],
            code: .foreignCredential),
    ]

    @Test("what doesn't belong there is refused with its code and on record")
    func refused() async throws {
        try await GatewayFixture.with { fixture, gateway in
            let client = try HostileClient(fixture)
            defer { client.stop() }
            for way in ["front", "tls"] {
                let port = String(way == "tls" ? fixture.ports.secure : fixture.ports.plain)
                for one in Self.cases where way == "front" || one.host.hasPrefix("api.") {
                    let before = gateway.audit.events.count
                    let lines = [one.line, "host: \(one.host.replacingOccurrences(of: "$", with: port))"] + one.fields
                    let outcome = try await client.send(
                        .init(way: way, text: lines.joined(separator: "\r\n") + "\r\n\r\n"))
                    #expect(outcome.code == one.code.rawValue, "\(way) \(one.name): \(outcome)")
                    #expect(try await gateway.records(one.code, after: before), "\(way) \(one.name)")
                    let trail = String(reflecting: gateway.audit.events.dropFirst(before))
                    #expect(!trail.contains(GatewayFixture.value) && !trail.contains(Self.token), "\(way) \(one.name)")
                }
            }
        }
    }

    @Test("a placeholder in a cookie is one in a header: the value goes out, the placeholder comes back")
    func cookie() async throws {
        try await GatewayFixture.with { fixture, _ in
            for mode in ["connect", "origin"] {
                var options = fixture.options(mode: mode)
                options.headers = ["cookie": "a=1; session=\(Self.token)"]
                let answer = try await fixture.run("once", options)
                #expect(answer.status == 200, "\(mode): \(answer)")
                #expect(try answer.received().headers["cookie"] == "a=1; session=\(Self.token)", "\(mode)")
                #expect(answer.headers?["x-cookie-bytes"] == String("a=1; session=\(GatewayFixture.value)".utf8.count))
            }
        }
    }

    @Test("a cookie of the agent's own passes, unless the rule says cookies: deny")
    func ownCookie() async throws {
        try await GatewayFixture.with { fixture, _ in
            var options = fixture.options()
            options.headers = ["cookie": "session=own"]
            let answer = try await fixture.run("once", options)
            #expect(answer.status == 200, "\(answer)")
        }
        let denying: @Sendable (inout EgressRule) -> Void = { $0.cookies = .deny }
        try await GatewayFixture.with(rule: denying) { fixture, _ in
            var options = fixture.options()
            options.headers = ["cookie": "session=own"]
            let answer = try await fixture.run("once", options)
            #expect(try answer.refusal().code == "foreign_credential")
        }
    }
}
