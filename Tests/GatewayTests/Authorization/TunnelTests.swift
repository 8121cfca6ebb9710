import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Opening a tunnel")
struct TunnelTests {
    @Test(
        "A tunnel opens where some rule could allow what is sent inside",
        arguments: [
            "api.example.com:443", "api.example.com:80", "a.files.example.com:8443", "plain.example.com:8080",
            "palana.internal:443", "palana.internal:80", "API.Example.com.:443",
        ])
    func opens(_ authority: String) async {
        #expect(await AuthorizerFixture().code(AuthorizerFixture().tunnel(authority)) == nil)
    }

    @Test(
        "A tunnel to anywhere else is refused before it opens",
        arguments: [
            ("evil.example.com:443", RefusalCode.deniedByPolicy), ("api.example.com:22", .portNotAllowed),
            ("files.example.com:443", .deniedByPolicy), ("10.0.0.1:443", .deniedByPolicy),
            ("api.example.com", .malformedRequest),
            ("api.example.com:0", .malformedRequest), ("palana.internal:22", .deniedByPolicy), ("", .malformedRequest),
        ])
    func refuses(_ authority: String, _ code: RefusalCode) async {
        let fixture = AuthorizerFixture()
        #expect(await fixture.code(fixture.tunnel(authority)) == code)
        #expect(fixture.audit.events.last?.action == "connect")
        #expect(fixture.audit.events.last?.code == code)
    }

    @Test("The default is considered: observe opens ordinary ports only, ask waits for a person")
    func defaults() async {
        let observing = AuthorizerFixture(default: .observe)
        #expect(await observing.code(observing.tunnel("any.example.org:443")) == nil)
        #expect(await observing.code(observing.tunnel("any.example.org:25")) == .portNotAllowed)
        let asking = AuthorizerFixture(default: .ask)
        #expect(await asking.code(asking.tunnel("any.example.org:443")) == .awaitingApproval)
        #expect(asking.audit.events.last?.outcome == .asked)
    }

    @Test("A deny rule for a whole host closes it; one for a path leaves the tunnel to the inner decision")
    func denied() async {
        let whole = PolicyRules(name: "no", deny: [EgressRule(host: "api.example.com")])
        let fixture = AuthorizerFixture(policies: [whole])
        #expect(await fixture.code(fixture.tunnel("api.example.com:443")) == .deniedByPolicy)
        let part = PolicyRules(name: "no", deny: [EgressRule(host: "api.example.com", paths: ["/admin/**"])])
        let partly = AuthorizerFixture(policies: [part])
        #expect(await partly.code(partly.tunnel("api.example.com:443")) == nil)
        #expect(await partly.code(partly.request(target: "/admin/x")) == .deniedByPolicy)
        #expect(await partly.code(partly.request(target: "/admin;v=1/x")) == .deniedByPolicy)
        #expect(await partly.code(partly.request(target: "//admin/x")) == .deniedByPolicy)
        #expect(await partly.code(partly.request(target: "/admin%2Fx")) == .deniedByPolicy)
        #expect(await partly.code(partly.request(target: "/%61dmin/x")) == .deniedByPolicy)
        #expect(await partly.code(partly.request(target: "/open/x")) == nil)
    }
}
