import ServiceSupport
import Testing

struct ToolVersionTests {
    @Test(
        "The version is found in what programs print",
        arguments: [
            ("envoy  version: 96d1a0cb1a8c1a0e1f0e/1.40.0/Clean/RELEASE/BoringSSL", "1.40.0"),
            ("OpenBao v2.7.2 (abc1.2def), built 2026-10-01T10:00:00Z", "2.7.2"),
            ("Version: 1.4.2\nBuild Commit: \nGo Version: go1.26.10", "1.4.2"),
            ("bubblewrap 0.8.0", "0.8.0"),
            ("git version 2.39", "2.39.0"),
            ("nginx version: nginx/1.22.1", "1.22.1"),
            ("v20.20.2", "20.20.2"),
            ("Vault v1.20.0-rc1+ent", "1.20.0"),
        ])
    func found(text: String, version: String) {
        #expect(ToolVersion(in: text)?.description == version)
    }

    @Test("Text without a version gives none", arguments: ["", "no version", "12", "a.b.c", "99999999999999999999.1"])
    func notFound(text: String) {
        #expect(ToolVersion(in: text) == nil)
    }

    @Test("Versions are compared as numbers")
    func order() {
        #expect(ToolVersion(1, 9, 9) < ToolVersion(1, 40))
        #expect(ToolVersion(2, 0) > ToolVersion(1, 40))
        #expect(ToolVersion(1, 4) == ToolVersion(1, 4, 0))
    }
}
