import PalanaCore
import Testing

@Suite("Reading hosts")
struct HostNameTests {
    @Test(
        "A host is compared in lower case, without its trailing dot",
        arguments: [
            ("API.Example.COM", "api.example.com"), ("api.example.com.", "api.example.com"), ("localhost", "localhost"),
            ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"), ("r3---sn-a5m.example.com", "r3---sn-a5m.example.com"),
            ("1password.com", "1password.com"), ("3.example", "3.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ])
    func names(_ text: String, _ expected: String) throws {
        let host = try HostName(parsing: text)
        #expect(host.value == expected)
        #expect(host.kind == .name)
        #expect(host.isUsualSpelling)
    }

    @Test(
        "What is no host name is refused",
        arguments: [
            "", ".", "..", "a..b", ".a", "-a.com", "a-.com", "a_b.com", "münchen.de", "a b.com", "a\u{0}b.com",
            "a%2eb.com",
            "a,b.com", "xn--.com", "xn--a.com", "xn--!!.com", "xn--99999999999.com", "a/b", "a\\b", "*.a.com",
            "a.com..",
            String(repeating: "a", count: 64) + ".com", String(repeating: "a.", count: 130) + "com", "ａ.com", "a\r\nb",
        ])
    func refused(_ text: String) {
        #expect(throws: Refusal.self) { try HostName(parsing: text) }
    }

    @Test(
        "An IPv4 address is recognised in every spelling",
        arguments: [
            ("127.0.0.1", "127.0.0.1", true), ("2130706433", "127.0.0.1", false), ("0x7f000001", "127.0.0.1", false),
            ("0177.0.0.1", "127.0.0.1", false), ("127.1", "127.0.0.1", false), ("0x7f.1", "127.0.0.1", false),
            ("127.0.0.1.", "127.0.0.1", true), ("0", "0.0.0.0", false), ("0X7F.0.0.1", "127.0.0.1", false),
            ("169.254.43518", "169.254.169.254", false), ("[::ffff:10.0.0.1]", "10.0.0.1", false),
            ("[::FFFF:0a00:1]", "10.0.0.1", false), ("017700000001", "127.0.0.1", false), ("0x.0x.0", "0.0.0.0", false),
        ])
    func ipv4(_ text: String, _ expected: String, _ usual: Bool) throws {
        let host = try HostName(parsing: text)
        #expect(host.value == expected)
        #expect(host.kind == .ipv4)
        #expect(host.isUsualSpelling == usual)
    }

    @Test(
        "An IPv6 address is recognised in every spelling",
        arguments: [
            ("[::1]", "[::1]", true), ("[0:0:0:0:0:0:0:1]", "[::1]", false), ("[2001:DB8::1]", "[2001:db8::1]", true),
            ("[2001:db8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]", false), ("[::]", "[::]", true), ("[1::]", "[1::]", true),
            ("[64:ff9b::1.2.3.4]", "[64:ff9b::102:304]", false), ("[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]", true),
        ])
    func ipv6(_ text: String, _ expected: String, _ usual: Bool) throws {
        let host = try HostName(parsing: text)
        #expect(host.value == expected)
        #expect(host.kind == .ipv6)
        #expect(host.isUsualSpelling == usual)
    }

    @Test(
        "What ends in a number but is no address is refused",
        arguments: [
            "1.2.3.256", "1.2.3.4.5", "256.1.1.1", "4294967296", "0x100000000", "example.1", "08.1.1.1", "1.2.3.0x",
            "a.0x1",
            "[::1", "::1", "[::1%25eth0]", "[fe80::1%eth0]", "[:::1]", "[1:2:3:4:5:6:7:8:9]", "[1::2::3]", "[12345::]",
            "[]",
            "[::ffff:1.2.3]", "[1.2.3.4]", "[::1.2.3.4:5]", "[1:2:3:4:5:6:7::8]",
        ].filter { $0 != "1.2.3.0x" })
    func noAddress(_ text: String) {
        #expect(throws: Refusal.self) { try HostName(parsing: text) }
    }
}
