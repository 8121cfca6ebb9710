import PalanaCore
import Testing

@Suite struct AuditTextTests {
    @Test(arguments: [
        ("plain /path-1", "plain /path-1"), ("\u{1B}[31m", "<U+001B>[31m"), ("a\r\nb", "a<U+000D><U+000A>b"),
        ("\0", "<U+0000>"), ("\u{7F}\u{9B}", "<U+007F><U+009B>"), ("\u{202E}evil", "<U+202E>evil"),
        ("\u{2066}\u{2028}\u{FEFF}", "<U+2066><U+2028><U+FEFF>"), ("zero\u{200B}width", "zero<U+200B>width"),
        ("\u{E0041}", "<U+E0041>"), ("\u{FFFF}", "<U+FFFF>"), ("grüße 日本 🙂", "grüße 日本 🙂"),
    ])
    func `what could act on a reader is named instead`(text: String, harmless: String) {
        #expect(AuditText.harmless(text, limit: 1_000) == harmless)
    }

    @Test(arguments: ["aaaaaaaaaa", "ééééé", "\0\0\0", "日本語日本語", "a\u{301}\u{301}\u{301}\u{301}\u{301}"])
    func `no text grows beyond its limit, and a cut shows`(text: String) {
        for limit in 3...60 {
            let result = AuditText.harmless(text, limit: limit)
            #expect(result.utf8.count <= limit)
            #expect(result.hasSuffix("…") || result == AuditText.harmless(text, limit: 1_000))
        }
    }

    @Test func `a known value is masked by its bytes, also where an accent hides its end`() {
        #expect(AuditText.masking(["key"], in: "a-key-key\u{301}") == "a-[secret]-[secret]\u{301}")
        #expect(AuditText.masking([""], in: "abc") == "abc")
    }
}
