import PalanaCore
import Testing

@Suite struct CanonicalJSONTests {
    @Test func `the bytes don't depend on the order in which members were set`() {
        var one = CanonicalMembers()
        one.set("b", 1)
        one.set("a", "x")
        one.set("none", nil as String?)
        one.set("empty", [] as [String])
        var other = CanonicalMembers()
        other.set("a", "x")
        other.set("b", 1)
        #expect(text(of: one) == #"{"a":"x","b":1}"#)
        #expect(text(of: one) == text(of: other))
    }

    @Test(arguments: [
        ("\"", #""\"""#), ("\\", #""\\""#), ("\n\u{1F}", #""\u000a\u001f""#), ("é🙂", "\"é🙂\""), ("/", "\"/\""),
    ])
    func `only what must be escaped is`(value: String, json: String) {
        var members = CanonicalMembers()
        members.set("k", value)
        #expect(text(of: members) == #"{"k":"# + json + "}")
    }

    private func text(of members: CanonicalMembers) -> String {
        var bytes: [UInt8] = []
        members.write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
