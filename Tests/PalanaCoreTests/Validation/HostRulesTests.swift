import PalanaCore
import Testing

@Suite struct HostRulesTests {
    @Test(arguments: [
        "api.example.com", "*.example.com", "gitea", "10.0.0.1", "xn--bcher-kva.example", "a-b.c1.example",
        "[2001:db8::1]",
        "*.api.example.co.uk",
    ])
    func `A host that a request can name is taken`(host: String) {
        #expect(HostRules.problem(with: host) == nil)
    }

    @Test(arguments: [
        ("*.*.com", "one leading wildcard only"),
        ("api.*.com", "one leading wildcard only"),
        ("*example.com", "one leading wildcard only"),
        ("*", "too broad, it is every host; name the hosts"),
        ("*.com", "too broad, it is all of .com; name a domain under it"),
        ("*.co.uk", "too broad, it is all of .co.uk; name a domain under it"),
        ("*.10.0.0.1", "no wildcard over IP addresses; give each address"),
        ("https://a.example.com", "leave the scheme out; only the host stands here"),
        ("a.example.com/x", "leave the path out; paths stand in `paths`"),
        ("a.example.com:443", "leave the port out; ports stand in `ports`"),
        ("me@a.example.com", "leave the user out; only the host stands here"),
        ("API.example.com", "write it in lower case: \"api.example.com\""),
        ("a.example.com.", "leave the trailing dot out"),
        ("bücher.example", "write international names as A-labels: \"xn--bcher-kva.example\""),
        ("BÜCHER.example", "write international names as A-labels: \"xn--bcher-kva.example\""),
        ("0x7f.1", "an address in an unusual spelling; write \"127.0.0.1\""),
        ("2130706433", "an address in an unusual spelling; write \"127.0.0.1\""),
        ("2001:db8::1", "write an IPv6 address in brackets: \"[2001:db8::1]\""),
        ("palana.internal", "always reachable from inside a sandbox; leave it out"),
        ("", "must not be empty; name a host, as api.example.com"),
    ])
    func `A host that can't be is refused with what to change`(host: String, problem: String) {
        #expect(HostRules.problem(with: host) == problem)
    }

    @Test(arguments: [
        "a..b", ".a", "-a.example", "a-.example", "a_b.example", "a b.example", "a\u{0}.example", "a\n.example", "xn--",
        "xn--\u{7f}", String(repeating: "a", count: 64) + ".example", "1.2.3.999", "[::1", "::1]", "[]",
        (0..<130).map { _ in "a" }.joined(separator: "."), "日本。example\u{200b}", "%41.example",
    ])
    func `A host that no request can name is refused`(host: String) {
        #expect(HostRules.problem(with: host) != nil)
    }

    @Test func `A wildcard covers what is below its suffix`() {
        #expect(HostRules.covers("*.example.com", "a.example.com"))
        #expect(HostRules.covers("*.example.com", "*.a.example.com"))
        #expect(!HostRules.covers("*.example.com", "example.com"))
        #expect(!HostRules.covers("*.example.com", "badexample.com"))
        #expect(!HostRules.covers("a.example.com", "*.example.com"))
    }
}
