import PalanaCore
import Testing

@Suite("Reading authorities")
struct AuthorityTests {
    @Test(
        "Host and port are split",
        arguments: [
            ("api.example.com", "api.example.com", nil as Int?), ("API.example.com:8443", "api.example.com", 8443),
            ("[::1]:80", "[::1]", 80), ("10.0.0.1:1", "10.0.0.1", 1), ("a.example.:65535", "a.example", 65535),
        ])
    func split(_ text: String, _ host: String, _ port: Int?) throws {
        let authority = try Authority(parsing: text)
        #expect(authority.host.value == host)
        #expect(authority.port == port)
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", ":80", "a:", "a:0", "a:65536", "a:-1", "a:+80", "a:08", "a:80:80", "a:8 0", "a :80", "a\u{0}:80",
            "[::1]80",
            "[::1]:", "a:80/x", "a?b", "a#b", "http://a", "a,b", "::1", "a:８０",
        ])
    func refused(_ text: String) {
        #expect(throws: Refusal.self) { try Authority(parsing: text) }
    }

    @Test("Userinfo is a foreign credential")
    func userinfo() {
        #expect { try Authority(parsing: "user:key@a.com") } throws: { ($0 as? Refusal)?.code == .foreignCredential }
    }
}
