import Foundation
import PalanaCore
import Testing

@Suite("Placeholders")
struct PlaceholderTests {
    @Test("A pattern gives placeholders of its form, never the same twice")
    func generation() throws {
        let pattern = try PlaceholderPattern(parsing: "ghp_{random:36}")
        let made = Set((0..<200).map { _ in pattern.generate(secretName: "X") })
        #expect(made.count == 200)
        for text in made {
            #expect(text.hasPrefix("ghp_"))
            #expect(text.utf8.count == 40)
            #expect(text.utf8.dropFirst(4).allSatisfy { $0.isAlphanumeric })
        }
        #expect(PlaceholderPattern.standard.generate(secretName: "GITHUB_PAT").hasPrefix("palana-GITHUB_PAT-"))
        let parts = try PlaceholderPattern(parsing: "{name}.{random:11}{random:11}")
        #expect(parts.generate(secretName: "a b").hasPrefix("a-b."))
    }

    @Test(
        "A pattern that can be guessed, is too long or holds what headers or URLs can't is refused",
        arguments: [
            "", "ghp_", "ghp_{random:21}", "{name}", "{random:0}", "{random:-1}", "{random:x}", "{random:1000}",
            "{random:36", "{rnd:36}",
            "a b{random:36}", "a:{random:36}", "a/{random:36}", "ä{random:36}", "a}{random:36}", "{random:250}{name}",
        ])
    func refused(_ text: String) {
        #expect(throws: PlaceholderPatternError.self) { try PlaceholderPattern(parsing: text) }
    }

    @Test(
        "Values that can't be found again or would break a header are named",
        arguments: [
            ("12345678", true), ("1234567", false), ("line\nbreak-break", false), (" leading-space", false),
            ("tab\there-here", false),
            ("pässword-ünïcode", true), (String(repeating: "a", count: 9_000), false),
        ])
    func values(_ value: String, _ fits: Bool) {
        let objection = SecretValueRule.objection(to: Secret(value))
        #expect((objection == nil) == fits)
        #expect(objection.map { !$0.contains(value) } ?? true)
    }

    private static let placeholder = "ghp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi"
    private let scanner = PlaceholderScanner([
        SecretBinding(name: "TOKEN", mode: .proxy, hosts: ["a.com"], placeholder: placeholder),
        SecretBinding(name: "READ", mode: .agent),
    ])

    @Test(
        "A placeholder is found as it is, wherever it stands",
        arguments: [
            placeholder, "Bearer \(placeholder)", "x\(placeholder)y", "{\"k\":\"\(placeholder)\"}",
            "a=\(placeholder)&b",
        ])
    func plain(_ text: String) {
        #expect(scanner.scan(text).plain == ["TOKEN"])
        #expect(!scanner.masked(text).contains(Self.placeholder))
    }

    @Test(
        "An encoded placeholder is found, and told apart",
        arguments: [
            Data(placeholder.utf8).base64EncodedString(), Data("a\(placeholder)".utf8).base64EncodedString(),
            Data("ab\(placeholder)cd".utf8).base64EncodedString(),
            placeholder.utf8.map { String(format: "%02x", $0) }.joined(),
            placeholder.replacingOccurrences(of: "_", with: "%5F"),
            placeholder.replacingOccurrences(of: "_", with: "%255F"),
            placeholder.utf8.map { String(format: "%%%02X", $0) }.joined(),
        ])
    func encoded(_ text: String) {
        #expect(scanner.scan(text).plain.isEmpty)
        #expect(scanner.scan("x \(text) y").encoded == ["TOKEN"])
    }

    @Test(
        "Ordinary headers hold nothing",
        arguments: [
            "", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "application/json",
            "ghp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeU",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ])
    func nothing(_ text: String) {
        let findings = scanner.scan(text)
        #expect(findings.plain.isEmpty && findings.encoded.isEmpty)
    }

    @Test(
        "Basic credentials are read as lenient servers do",
        arguments: [
            ("Basic dXNlcjpwYXNz", "user:pass" as String?), ("basic dXNlcjpwYXNz", "user:pass"),
            ("Basic  dXNlcjpwYXNz", "user:pass"),
            ("Basic dXNlcjpwYXM", "user:pas"), ("Basic dXNlcjpwYXM=", "user:pas"), ("Bearer x", nil), ("Basic ", nil),
            ("Basic !!", nil),
            ("Basic /w==", nil),
        ])
    func basic(_ value: String, _ expected: String?) {
        #expect(BasicCredentials(headerValue: value)?.text == expected)
    }
}
