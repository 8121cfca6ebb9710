import Foundation
import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Credentials of a request")
struct CredentialTests {
    fileprivate static func encode(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    @Test("A placeholder in a header becomes the value, and the answer will be redacted")
    func header() async throws {
        let fixture = AuthorizerFixture()
        let admission = try await fixture.admission(
            fixture.request(headers: [
                ("authorization", "Bearer \(AuthorizerFixture.token)"), ("accept-encoding", "gzip, br"),
                ("range", "bytes=0-3"),
                ("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-extensions", "permessage-deflate"),
                ("grpc-accept-encoding", "gzip"),
            ]))
        #expect(admission.value(of: "authorization") == "Bearer \(AuthorizerFixture.value)")
        #expect(admission.value(of: "accept-encoding") == "identity")
        #expect(admission.value(of: "grpc-accept-encoding") == "identity")
        #expect(admission.value(of: "x-egress-body") == "1")
        #expect(Set(admission.removed).isSuperset(of: ["range", "sec-websocket-extensions"]))
        #expect(admission.isRedacted)
        #expect(fixture.plans.count == 1)
        #expect(fixture.secrets.reads.count == 1)
    }

    @Test("A placeholder in Basic credentials becomes the value, whole or as the password")
    func basicCredentials() async throws {
        let fixture = AuthorizerFixture()
        let admission = try await fixture.admission(
            fixture.request(headers: [("authorization", Self.encode("git:\(AuthorizerFixture.basicPlaceholder)"))]))
        #expect(admission.value(of: "authorization") == Self.encode("git:\(AuthorizerFixture.value)"))
        #expect(fixture.policy.inputs.last?.request.headers["authorization"] == "Basic [placeholder PUSH]")
        #expect(fixture.audit.events.last?.secrets == ["PUSH@basic"])
    }

    @Test("A request without placeholders is neither rewritten nor redacted")
    func plain() async throws {
        let fixture = AuthorizerFixture()
        let admission = try await fixture.admission(fixture.request(headers: [("accept-encoding", "gzip")]))
        #expect(admission.set.isEmpty)
        #expect(!admission.isRedacted)
        #expect(fixture.plans.count == 0)
        #expect(fixture.secrets.reads.isEmpty)
    }

    @Test(
        "A placeholder anywhere else is refused",
        arguments: [
            ("/v1/\(AuthorizerFixture.token)", [] as [(String, String)]),
            ("/v1?key=\(AuthorizerFixture.token)", []),
            ("/v1?\(AuthorizerFixture.token)=1", []),
            ("/v1?q=%67hp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi", []),
            ("/v1", [("x-\(AuthorizerFixture.token.lowercased())", "1")]),
            ("/v1", [("authorization", CredentialTests.encode("git:\(AuthorizerFixture.token)"))]),
            ("/v1", [("authorization", "Bearer \(AuthorizerFixture.basicPlaceholder)")]),
            ("/v1", [("x-note", Data("see \(AuthorizerFixture.token) there".utf8).base64EncodedString())]),
            ("/v1", [("x-note", "%67hp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi")]),
            ("/v1", [("referer", "https://x/\(AuthorizerFixture.token)")]),
        ])
    func misplaced(_ target: String, _ headers: [(String, String)]) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(target: target, headers: headers)) == .placeholderNotAllowedHere)
        #expect(fixture.secrets.reads.isEmpty)
        #expect(!String(describing: fixture.audit.events).contains(AuthorizerFixture.token))
    }

    @Test("A placeholder goes to the secret's hosts only, and never under observe")
    func hosts() async {
        let fixture = AuthorizerFixture(default: .observe)
        let headers = [("authorization", "Bearer \(AuthorizerFixture.token)")]
        #expect(
            await fixture.code(fixture.request("own-key.example.com", headers: headers)) == .placeholderNotAllowedHere)
        #expect(await fixture.code(fixture.request("evil.example.org", headers: headers)) == .placeholderNotAllowedHere)
        let ruleless = AuthorizerFixture(default: .observe, allow: [])
        #expect(await ruleless.code(ruleless.request(headers: headers)) == .placeholderNotAllowedHere)
        #expect(await ruleless.code(ruleless.request()) == nil)
    }

    @Test("Over plain http a secret goes only where a rule names the port")
    func plainHTTP() async {
        let fixture = AuthorizerFixture()
        let headers = [("authorization", "Bearer \(AuthorizerFixture.token)")]
        #expect(await fixture.code(fixture.request("plain.example.com", headers: headers, scheme: "http")) == nil)
        #expect(await fixture.code(fixture.request(headers: headers, scheme: "http")) == .placeholderNotAllowedHere)
    }

    @Test(
        "Another agent's placeholder is named as such",
        arguments: [
            ("/v1", ("authorization", "Bearer \(AuthorizerFixture.otherToken)")),
            ("/v1", ("x-note", "a \(AuthorizerFixture.otherToken).")),
            ("/v1", ("authorization", CredentialTests.encode("x:\(AuthorizerFixture.otherToken)"))),
            ("/v1/\(AuthorizerFixture.otherToken)/y", ("accept", "*/*")),
        ])
    func stolen(_ target: String, _ header: (String, String)) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(target: target, headers: [header])) == .foreignPlaceholder)
    }

    @Test(
        "A key of the agent's own is refused unless the rule says any",
        arguments: [
            ("/v1", ("authorization", "Bearer sk-own")), ("/v1", ("authorization", CredentialTests.encode("me:own"))),
            ("/v1", ("x-api-key", "own")), ("/v1", ("private-token", "own")),
            ("/v1", ("proxy-authorization", "Basic eDp5")),
            ("/v1?access_token=own", ("accept", "*/*")), ("/v1?X-Amz-Signature=abc", ("accept", "*/*")),
            (
                "/v1",
                ("authorization", "AWS4-HMAC-SHA256 Credential=AKIAFAKE/20260101/eu/s3/aws4_request, Signature=ab")
            ),
            (
                "/v1",
                (
                    "authorization",
                    CredentialTests.encode(
                        "ghp_0123456789abcdef0123456789abcdef0123:\(AuthorizerFixture.basicPlaceholder)")
                )
            ),
            ("/v1", ("authorization", "Bearer sk_live_0123456789abcdef0123, \(AuthorizerFixture.token)")),
        ])
    func foreign(_ target: String, _ header: (String, String)) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(target: target, headers: [header])) == .foreignCredential)
        guard !header.1.contains("ghp_"), !header.1.contains("palana-"), header.1 != Self.encode("x") else { return }
        let allowed = fixture.request("own-key.example.com", target: target, headers: [header])
        if !allowed.headers.contains(where: { $0.value.contains("Basic Z2hwX") }) {
            #expect(await fixture.code(allowed) == nil)
        }
    }

    @Test("The policy never sees a credential's value")
    func masked() async {
        let fixture = AuthorizerFixture()
        _ = await fixture.authorizer.authorize(
            fixture.request(
                "own-key.example.com",
                headers: [
                    ("authorization", "Bearer own-secret"), ("cookie", "sid=own-secret"), ("user-agent", "curl/8"),
                ]))
        let headers = fixture.policy.inputs.last?.request.headers
        #expect(headers == ["authorization": "[foreign]", "cookie": "[foreign]", "user-agent": "curl/8"])
    }

    @Test("Cookies pass unless the rule denies them")
    func cookies() async {
        let fixture = AuthorizerFixture()
        let headers = [("cookie", "sid=1")]
        #expect(await fixture.code(fixture.request(headers: headers)) == nil)
        #expect(await fixture.code(fixture.request("no-cookies.example.com", headers: headers)) == .foreignCredential)
    }
}
