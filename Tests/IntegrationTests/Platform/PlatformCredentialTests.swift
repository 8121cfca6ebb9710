import Foundation
import Testing

@Suite("A secret of an agent in a real sandbox", .platform, .serialized)
struct PlatformCredentialTests {
    static let bearer = "Authorization: Bearer ${API_KEY}\n"

    @Test("is used by the API and stays unknown to the agent")
    func used() async throws {
        let platform = try PlatformFixture.shared()
        let answer = try await platform.probe("one", .request("/orders", headers: Self.bearer))
        #expect(answer.status == 200)
        let basic = try await platform.probe(
            "one", .request("/basic", headers: "Authorization: Basic ${b64:user:${GIT_TOKEN}}\n"))
        #expect(basic.status == 200, "\(basic.raw)")
        let environment = try await platform.must("exec", "one", "--no-tty", "--", "env")
        #expect(environment.contains("API_KEY=sk_test_"))
        #expect(!environment.contains(platform.world.key))
    }

    @Test("is used by a program that ignores the proxy")
    func direct() async throws {
        let platform = try PlatformFixture.shared()
        try #require(platform.world.ports.secure == 443, "the test's servers need port 443")
        let answer = try await platform.probe("one", .request("/orders", headers: Self.bearer).direct)
        #expect(answer.status == 200)
        let url = "https://api.e2e.test/seen"
        let curl = try await platform.palana("exec", "one", "--no-tty", "--", "curl", "-sS", "--noproxy", "*", url)
        #expect(curl.status == 0 && curl.output.contains("api.e2e.test"), "\(curl)")
    }

    @Test(
        "is not in the answer of a server that says everything back",
        arguments: [
            "body", "header", "cookie", "location", "error", "base64", "base64-shift", "percent", "hex", "unicode",
            "chunks", "sse", "trailer", "gzip", "100", "102", "103",
        ])
    func echoed(_ form: String) async throws {
        let platform = try PlatformFixture.shared()
        let answer = try await platform.probe("one", .request("/echo?as=\(form)", headers: Self.bearer))
        let key = platform.world.key
        let bytes = Array(key.utf8)
        // The server's digest proves that the real key was there to be said back; a compressed answer is refused.
        #expect(form == "gzip" ? answer.status == 403 : answer.headers["x-digest"] != nil, "\(answer.raw)")
        let chunkless = answer.raw.replacing(#/\r\n[0-9a-f]+\r\n/#, with: "")
        for text in [answer.raw, chunkless] {
            #expect(!text.contains(key))
            #expect(!text.contains(Data(bytes).base64EncodedString().dropLast(4)))
            #expect(!text.contains(bytes.map { String(format: "%02x", $0) }.joined()))
            #expect(!text.contains(bytes.map { String(format: "%%%02X", $0) }.joined()))
            #expect(!text.contains(bytes.map { String(format: "\\u%04x", $0) }.joined()))
        }
    }

    struct Misuse: Sendable, CustomTestStringConvertible {
        var agent = "one"
        var exchange: Exchange
        var code: String
        var testDescription: String { "\(code): \(exchange.testDescription)" }
    }

    @Test(
        "is refused anywhere else, and that is recorded",
        arguments: [
            Misuse(
                exchange: .request("/", host: "other.e2e.test", headers: bearer), code: "placeholder_not_allowed_here"),
            Misuse(exchange: .request("/${API_KEY}"), code: "placeholder_not_allowed_here"),
            Misuse(exchange: .request("/?key=${API_KEY}"), code: "placeholder_not_allowed_here"),
            Misuse(exchange: .request("/", headers: "X-${API_KEY}: 1\n"), code: "placeholder_not_allowed_here"),
            Misuse(
                exchange: .request("/", headers: "Authorization: Bearer sk_own_0123456789abcdef\n"),
                code: "foreign_credential"),
            Misuse(exchange: .request("TRACE", "/", headers: bearer), code: "denied_by_policy"),
        ])
    func misused(_ row: Misuse) async throws {
        let platform = try PlatformFixture.shared()
        let arrived = try platform.world.requests().count
        let answer = try await platform.probe(row.agent, row.exchange)
        #expect(answer.code == row.code, "\(answer.raw)")
        #expect(try platform.world.requests().count == arrived)
        let decision = try #require(answer.headers["x-palana-decision"])
        try await eventually("the refusal is in the audit log") { try platform.auditText().contains(decision) }
    }

    @Test("is refused to another agent that knows the placeholder")
    func anotherAgent() async throws {
        let platform = try PlatformFixture.shared()
        let placeholder = try await platform.must("exec", "one", "--no-tty", "--", "printenv", "API_KEY")
        let header = "Authorization: Bearer \(placeholder.trimmingCharacters(in: .whitespacesAndNewlines))\n"
        let answer = try await platform.probe("two", .request("/orders", headers: header))
        #expect(answer.code == "foreign_placeholder")
    }

    @Test("does not stand in the way of the agent's own key where the rule says so")
    func anyCredentials() async throws {
        let platform = try PlatformFixture.shared()
        let header = "Authorization: Bearer sk_own_0123456789abcdef\n"
        let answer = try await platform.probe("two", .request("/", host: "other.e2e.test", headers: header))
        #expect(answer.status == 200)
    }

    @Test("of agent mode is read through palana.internal by its agent alone, and with the header")
    func readable() async throws {
        let platform = try PlatformFixture.shared()
        func read(_ agent: String, _ more: String) async throws -> Exchanged {
            let url = "http://palana.internal/v1/secrets/CONFIG_KEY"
            return try await platform.probe(
                agent, .absolute("GET \(url) HTTP/1.1\nHost: palana.internal\n\(more)\n"))
        }
        #expect(try await read("one", "Palana-Request: 1\n").raw.hasSuffix(PlatformFixture.agentKey))
        #expect(try await read("one", "").code == "denied_by_policy")
        let other = try await read("two", "Palana-Request: 1\nx-agent-id: one\n")
        #expect(other.code == "secret_unavailable" && !other.raw.contains(PlatformFixture.agentKey))
    }

    @Test("that is rotated counts with its new value at once, and removed not at all")
    func rotated() async throws {
        let platform = try PlatformFixture.shared()
        let request = Exchange.request("/orders", headers: Self.bearer)
        #expect(try await platform.probe("two", request).status == 200)
        try await platform.must("secrets", "rotate", "two", "API_KEY", "--stdin", input: "fake-rotated-value-1")
        #expect(try await platform.probe("two", request).status == 401)
        try await platform.must("secrets", "rotate", "two", "API_KEY", "--from-file", platform.world.keyFile)
        #expect(try await platform.probe("two", request).status == 200)
        try await platform.must("secrets", "remove", "two", "API_KEY")
        #expect(try await platform.probe("two", request).status != 200)
    }
}
