import Crypto
import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import ServiceSupport
import TestSupport
import Testing

@testable import Gateway

/// Every place of an answer in which an upstream could say a secret back, also those that Envoy shows to no filter.
@Suite(.serialized) struct LeakTests {
    /// All of it may stand in a header's name.
    static let value = "Fake-Real.Value_With+Chars42"

    struct Row: Decodable {
        var through: String
        var direct: String
    }

    enum Server: Sendable { case first, second }

    static let first = [
        "early-100", "early-102", "early-103", "early-104", "early-199", "early-many", "early-chunks", "switched",
        "reason", "reason-error", "name", "name-hex", "name-base64", "header", "own-header", "via-name", "location",
        "chunk-extension", "trailer", "http-1.0", "http-0.9", "no-length", "reset-in-body", "end-in-secret",
        "short-length", "after-answer", "no-content", "not-modified", "head", "bad-header", "bad-value", "bad-status",
        "bad-chunk", "two-lengths", "huge-header", "bad-encoding", "large",
    ]
    static let second = [
        "early-100", "early-102", "early-103", "early-199", "name", "trailer", "trailers-only", "goaway", "altsvc",
        "reset", "unary", "bidi",
    ]

    @Test(
        "no corner of an answer carries the secret back",
        arguments: [
            (Server.first, "h1", first), (.first, "h2", first.filter { $0 != "switched" }), (.second, "h1", second),
            (.second, "h2", second),
        ])
    func corners(server: Server, client: String, rows: [String]) async throws {
        try await GatewayFixture.with(gateway: GatewayFixture(value: Self.value)) { fixture, _ in
            var options = fixture.options(mode: "transparent")
            options.port = server == .first ? fixture.ports.raw : fixture.ports.streams
            options.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
            options.kind = client
            options.rows = rows
            let seen = try await fixture.run("corners", options, as: [String: Row].self)
            // The servers speak one protocol each, and are asked for it straight.
            options.kind = server == .first ? "h1" : "h2"
            options.text = "Bearer \(Self.value)"
            let straight = try await fixture.run("corners", options, as: [String: Row].self)
            for row in rows {
                let answer = try #require(seen[row])
                let direct = try #require(straight[row]).direct
                #expect(!Self.leaks(direct).isEmpty, "\(row) leaks nothing")
                #expect(Self.leaks(answer.through).isEmpty, "\(row): \(answer.through.prefix(2_000))")
            }
        }
    }

    /// Which forms of the value a text holds, in letters of any case.
    private static func leaks(_ text: String) -> [String] {
        let text = text.lowercased()
        return forms.filter { text.contains($0.lowercased()) }
    }

    private static let forms: [String] = {
        let bytes = Data(value.utf8)
        return [
            value, String(value.dropLast(2)), bytes.base64EncodedString().replacing("=", with: ""),
            bytes.map { String(format: "%02x", $0) }.joined(),
        ]
    }()

    @Test("a gRPC call, unary and with messages both ways, works with a secret, and ends with its trailers")
    func calls() async throws {
        try await GatewayFixture.with(gateway: GatewayFixture(value: Self.value)) { fixture, gateway in
            let digest = SHA256.hash(data: Data(Self.value.utf8)).map { String(format: "%02x", $0) }.joined()
            var options = fixture.options(mode: "transparent")
            options.port = fixture.ports.streams
            options.kind = "h2"
            options.rows = ["unary", "bidi"]
            options.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
            let seen = try await fixture.run("corners", options, as: [String: Row].self)
            for (row, last) in [("unary", 1), ("bidi", 3)] {
                let answer = try #require(seen[row]).through
                for number in 1...last { #expect(answer.contains("echo message \(number)"), "\(row): \(answer)") }
                #expect(answer.contains(#""grpc-status":"0""#) && answer.contains(digest), "\(row): \(answer)")
                #expect(answer.contains("done \(GatewayFixture.token)"), "\(row): \(answer)")
            }
            #expect(try await eventually { gateway.plans.count == 0 })
        }
    }

    @Test("an answer ends when the gateway's redaction goes in the middle of it", arguments: Ending.allCases)
    func cut(_ ending: Ending) async throws {
        var options = EnvoyFixture.Options()
        options.relaysProcessing = true
        let ends: GatewayFixture.Processing = { plans in
            let calls = ExternalProcessingCalls(
                plans: plans, directory: AgentDirectoryFake([]), audit: AuditSinkFake())
            return .exchange { EndingExchange(exchange: calls.begin($0), ending: ending) }
        }
        let gateway = GatewayFixture(value: Self.value, processing: ending == .killed ? nil : ends)
        try await GatewayFixture.with(options, gateway: gateway) { fixture, _ in
            for kind in ["h1", "h2"] {
                var options = fixture.options(mode: "transparent")
                options.port = fixture.ports.raw
                options.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
                options.kind = kind
                options.rows = ["slow"]
                let program = try fixture.start("corners", options)
                defer { program.stop() }
                if ending == .killed {
                    try await Task.sleep(for: .milliseconds(1_500))
                    try await fixture.relay?.restart()
                }
                let rows = try JSONDecoder().decode([String: Row].self, from: try await program.line())
                let text = try #require(rows["slow"]).through
                #expect(text.contains(GatewayFixture.token), "\(kind): \(text)")
                // Envoy that goes on without being told would send the rest on in pieces, as they come.
                #expect(text.components(separatedBy: "data:").count < 60, "\(kind): \(text.suffix(500))")
            }
        }
    }

    enum Ending: String, CaseIterable, Sendable { case returns, fails, killed }

    /// The real redaction for some messages; then it sees the end of them, as in a shutdown, or fails.
    struct EndingExchange: CallExchange {
        var exchange: any CallExchange
        let ending: Ending
        var left = 20

        mutating func answer(to message: [UInt8]) throws(RPCError) -> CallReply {
            left -= 1
            if left < 0 {
                if ending == .fails { throw RPCError(code: .unknown, message: "gone") }
                try exchange.end()
            }
            return try exchange.answer(to: message)
        }

        mutating func end() throws(RPCError) { try exchange.end() }
    }
}
