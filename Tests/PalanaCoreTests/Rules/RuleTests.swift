import PalanaCore
import Testing

@Suite("Rules")
struct RuleTests {
    @Test(
        "A wildcard covers names below its suffix, never the suffix or an address",
        arguments: [
            ("api.example.com", "api.example.com", true), ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", true), ("*.example.com", "example.com", false),
            ("*.example.com", "badexample.com", false), ("example.com", "a.example.com", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("*.0.0.1", "10.0.0.1", false),
        ])
    func hosts(_ pattern: String, _ host: String, _ matches: Bool) throws {
        let name = try HostName(parsing: host)
        #expect(HostPattern.matches(pattern, name) == matches)
        #expect(HostPattern(pattern).matches(name) == matches)
    }

    @Test(
        "Without ports a rule covers 443 for https and 80 for http; neither ever carries the other",
        arguments: [
            (nil as [Int]?, RequestScheme.https, 443, true), (nil, .http, 80, true), (nil, .https, 80, false),
            (nil, .http, 443, false),
            (nil, .https, 8443, false), ([443, 80], .http, 443, false), ([443, 80], .https, 80, false),
            ([8080], .http, 8080, true),
            ([8080], .https, 8080, true), ([8080], .https, 443, false), ([], .https, 443, false),
        ])
    func ports(_ ports: [Int]?, _ scheme: RequestScheme, _ port: Int, _ covers: Bool) {
        #expect(EgressRule(host: "a.com", ports: ports).covers(scheme: scheme, port: port) == covers)
    }

    @Test(
        "Globs",
        arguments: [
            ("/repos/**", "/repos/a/b", true), ("/repos/**", "/repos", true), ("/repos/**", "/reposx", false),
            ("/*", "/a", true),
            ("/*", "/a/b", false), ("/**", "/", true), ("/**", "/a/b", true), ("/a/*/c", "/a/b/c", true),
            ("/a/*/c", "/a/b/b/c", false),
            ("/a/**/c", "/a/c", true), ("/a/**/c", "/a/x/y/c", true), ("/a/**/c", "/a/x/y", false),
            ("/a*c/d", "/abbc/d", true),
            ("/@*", "/@scope%2Fname", true), ("/a.b", "/axb", false), ("/**/**/x", "/1/2/3/x", true),
        ])
    func globs(_ glob: String, _ path: String, _ matches: Bool) {
        #expect(PathGlob.matches(glob, path) == matches)
    }

    @Test("A glob made to take forever doesn't")
    func evilGlob() {
        let glob = "/" + Array(repeating: "**/a*a*a*a", count: 30).joined(separator: "/")
        let path = "/" + Array(repeating: String(repeating: "a", count: 60), count: 60).joined(separator: "/") + "/b"
        #expect(!PathGlob.matches(glob, path))
    }

    @Test(
        "Hosts are sorted into classes for the audit trail's readers",
        arguments: [
            ("api.anthropic.com", DestinationClass.llm), ("eu.openai.azure.com", .llm), ("github.com", .git),
            ("git.corp.example", .git), ("10.1.2.3", .internal), ("db.internal", .internal), ("printer", .internal),
            ("172.32.0.1", .public), ("172.16.0.1", .internal), ("192.0.0.8", .internal), ("198.18.0.1", .internal),
            ("168.63.129.16", .internal),
            ("[64:ff9b::a00:1]", .internal), ("[2606:4700::1111]", .public), ("1.1.1.1", .public),
            ("[fd00::1]", .internal), ("example.com", .public),
            ("evilgithub.com", .public),
        ])
    func classes(_ host: String, _ expected: DestinationClass) {
        #expect(DestinationClass(host: host) == expected)
    }
}
