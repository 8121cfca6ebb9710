import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Requests that two programs could read in two ways")
struct SanityTests {
    @Test(
        "Ambiguous headers are refused",
        arguments: [
            [("content-length", "1"), ("content-length", "2")],
            [("content-length", "1"), ("transfer-encoding", "chunked")],
            [("transfer-encoding", "xchunked")], [("content-length", "+1")], [("expect", "200-maybe")],
            [("connection", "close, x-egress-body")], [("connection", "authorization")], [("upgrade", "h2c")],
            [("http2-settings", "AAMAAABk")], [("bad name", "1")], [("x", "a\u{1}b")], [("x", "a\r\nb")], [("", "1")],
        ] as [[(String, String)]])
    func headers(_ headers: [(String, String)]) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(headers: headers)) == .malformedRequest)
        #expect(fixture.policy.inputs.isEmpty)
    }

    @Test(
        "Odd methods are refused; TRACE and TRACK always",
        arguments: [
            ("GET /", RefusalCode.malformedRequest), ("", .malformedRequest), ("CONNECT", .malformedRequest),
            ("TRACE", .deniedByPolicy), ("Track", .deniedByPolicy),
        ])
    func methods(_ method: String, _ code: RefusalCode) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(method: method)) == code)
    }

    @Test("Ten thousand headers and endless ones are refused")
    func tooMany() async {
        let fixture = AuthorizerFixture()
        let many = (0..<10_000).map { ("x-\($0)", "1") }
        #expect(await fixture.code(fixture.request(headers: many)) == .malformedRequest)
        #expect(
            await fixture.code(fixture.request(headers: [("x", String(repeating: "a", count: 70_000))]))
                == .malformedRequest)
    }

    @Test("With // only a rule for every path allows")
    func doubleSlash() async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(target: "//v1")) == nil)
        #expect(await fixture.code(fixture.request("a.files.example.com", target: "/public/x")) == nil)
        #expect(await fixture.code(fixture.request("a.files.example.com", target: "//public/x")) == .deniedByPolicy)
    }

    @Test("A refusal says what was refused, by which rule, and what would change it")
    func refusal() async throws {
        let fixture = AuthorizerFixture()
        guard case .refused(let refusal) = await fixture.authorizer.authorize(fixture.request("evil.example.com"))
        else {
            Issue.record("admitted")
            return
        }
        #expect(refusal.agent == fixture.agent.id)
        #expect(refusal.host == "evil.example.com")
        #expect(refusal.path == "/v1/items")
        #expect(refusal.decisionID == fixture.audit.events.last?.decisionID)
        #expect(refusal.hint?.contains("palana policy explain demo GET https://evil.example.com/v1/items") == true)
        let answer = RefusalAnswer(refusal)
        #expect(answer.status == 403)
        #expect(answer.headers.contains { $0.name == "x-palana-decision" && $0.value == refusal.decisionID?.rawValue })
        #expect(
            String(decoding: answer.body, as: UTF8.self).hasPrefix(
                #"{"error":{"agent":"agent-alice-demo-0001","code":"denied_by_policy""#))
    }

    @Test("palana.internal is answered for any agent, and told who asks; credentials stay behind")
    func ownHost() async throws {
        let fixture = AuthorizerFixture()
        let admission = try await fixture.admission(
            fixture.request(
                "palana.internal",
                headers: [
                    ("palana-request", "1"), ("x-palana-agent", "agent-bob-other-0002"), ("authorization", "Bearer x"),
                ]))
        #expect(admission.value(of: "x-palana-agent") == fixture.agent.id.rawValue)
        #expect(admission.removed.contains("authorization"))
        #expect(!admission.removed.contains("palana-request"))
        #expect(!admission.removed.contains("x-palana-agent"))
        #expect(await fixture.code(fixture.request("palana.internal", scheme: "http")) == nil)
        #expect(await fixture.code(fixture.request("PALANA.Internal:80", scheme: "http")) == nil)
        #expect(await fixture.code(fixture.request("palana.internal..", scheme: "http")) == .malformedRequest)
        #expect(await fixture.code(fixture.request("palana.internal:8080", scheme: "http")) == .portNotAllowed)
        #expect(await fixture.code(fixture.request("palana.internal", sni: "api.example.com")) == .authorityMismatch)
    }
}
