import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Where a request goes")
struct AuthorityTests {
    @Test("SNI, CONNECT authority and Host that agree are let through, however they are spelt")
    func agreement() async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(connect: "API.example.com:443")) == nil)
        #expect(await fixture.code(fixture.request("api.example.com.:443", sni: "api.example.com")) == nil)
        #expect(await fixture.code(fixture.request("plain.example.com", scheme: "http")) == nil)
    }

    @Test(
        "Any two that differ are refused",
        arguments: [
            ("api.example.com", "other.example.com", nil as String?),
            ("api.example.com", "api.example.com", "other.example.com:443"),
            ("api.example.com", "api.example.com", "api.example.com:8443"),
            ("api.example.com:8443", "api.example.com", "api.example.com:443"),
            ("evil.example.com", "api.example.com", "api.example.com:443"),
        ])
    func disagreement(_ host: String, _ sni: String, _ connect: String?) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(host, sni: sni, connect: connect)) == .authorityMismatch)
        #expect(fixture.policy.inputs.isEmpty)
    }

    @Test("The scheme is what the connection was, not what the client says")
    func scheme() async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.request(scheme: "http", sni: "api.example.com")) == .authorityMismatch)
        #expect(await fixture.code(fixture.request(sni: "")) == .authorityMismatch)
        #expect(await fixture.code(fixture.request(scheme: "ftp")) == .malformedRequest)
    }

    @Test("Plain http inside a tunnel to 443 is refused")
    func plainInTunnel() async {
        let fixture = AuthorizerFixture()
        let request = fixture.request("plain.example.com", scheme: "http", connect: "plain.example.com:443")
        #expect(await fixture.code(request) == .authorityMismatch)
    }

    @Test("Two hosts, a host in a header field that differs and userinfo are refused")
    func twoHosts() async {
        let fixture = AuthorizerFixture()
        let two = fixture.request(headers: [("host", "api.example.com"), ("host", "evil.example.com")])
        #expect(await fixture.code(two) == .authorityMismatch)
        #expect(
            await fixture.code(fixture.request("api.example.com,evil.example.com", sni: "api.example.com"))
                == .malformedRequest)
        #expect(
            await fixture.code(fixture.request("user:pass@api.example.com", sni: "api.example.com"))
                == .foreignCredential)
    }

    @Test(
        "An address in an unusual spelling is refused",
        arguments: ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[0:0::1]"])
    func spelling(_ host: String) async {
        let fixture = AuthorizerFixture(default: .observe)
        #expect(await fixture.code(fixture.request(host, scheme: "http")) == .malformedRequest)
        #expect(await fixture.code(fixture.tunnel("\(host):80")) == .malformedRequest)
    }
}
