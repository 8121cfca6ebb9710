import Testing

@testable import Certificates

@Suite struct LeafNameTests {
    @Test(
        "hosts of A-labels and addresses may have a leaf",
        arguments: [
            "api.example.com", "API.Example.com", "xn--bcher-kva.example", "a", "localhost", "1password.com",
            "192.0.2.1", "::1", "r3---sn-4g5.example",
            String(repeating: "a", count: 63) + ".example",
        ])
    func valid(name: String) {
        #expect(LeafName(name)?.value == name.lowercased())
    }

    @Test(
        "anything else may not",
        arguments: [
            "", ".", "a.", ".a", "a..b", "*.example.com", "under_score.example", "-a.example", "a-.example",
            "bücher.example",
            "xn--.example", "xn--0.example", "xn--zzzzzzzzzz99999.example", "[::1]", "0x7f.1", "2130706433", "a b",
            "a\0b", "a/b", "a:443", "no-sni.invalid", "1.2.3", "1.2.3.4.5",
            "300.1.1.1",
            String(repeating: "a", count: 64) + ".example", String(repeating: "a.", count: 127) + "com",
        ])
    func invalid(name: String) {
        #expect(LeafName(name) == nil)
    }
}
