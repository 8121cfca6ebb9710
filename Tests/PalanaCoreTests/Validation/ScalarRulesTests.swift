import PalanaCore
import Testing

@Suite struct ScalarRulesTests {
    @Test(arguments: [("1", 1), ("2Gi", 2 << 30), ("1.5Gi", 3 << 29), ("512M", 512_000_000), ("1k", 1_000)])
    func `A size is read in bytes`(text: String, bytes: Int) {
        #expect(Quantities.bytes(text) == bytes)
    }

    @Test(arguments: [
        "", "Gi", "-1Gi", "+1", "1e9", "0", "0Gi", "1 Gi", "1GiB", "1gi", "١Gi", "99999999999Ti", "1.", ".5", "1.2.3",
        "inf", "0x10",
    ])
    func `What is no size is refused`(text: String) {
        #expect(Quantities.bytes(text) == nil)
    }

    @Test(arguments: [("500m", 500), ("2", 2_000), ("0.5", 500), ("1.25", 1_250)])
    func `Cores are read in thousandths`(text: String, millicores: Int) {
        #expect(Quantities.millicores(text) == millicores)
    }

    @Test(arguments: ["", "m", "-1", "0", "0m", "1e3", "two", "1mm"])
    func `What is no number of cores is refused`(text: String) {
        #expect(Quantities.millicores(text) == nil)
    }

    @Test(arguments: [("30m", 1_800), ("168h", 604_800), ("1h30m", 5_400), ("45s", 45), ("1h1m1s", 3_661)])
    func `A duration is read`(text: String, seconds: Int) {
        #expect(Quantities.duration(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "0s", "30", "m", "-1m", "1m1h", "1m1m", "1d", "1.5h", "999999999h", "9999999999999999999h", "1h ",
    ])
    func `What is no duration is refused`(text: String) {
        #expect(Quantities.duration(text) == nil)
    }

    @Test(arguments: ["GET", "PATCH", "M-SEARCH"])
    func `An upper-case token is a method`(method: String) {
        #expect(PathAndMethodRules.problem(withMethod: method) == nil)
    }

    @Test(arguments: ["get", "", "*", "CONNECT", "GET POST", "GET\r\n", "GÉT"])
    func `What is no method of a rule is refused`(method: String) {
        #expect(PathAndMethodRules.problem(withMethod: method) != nil)
    }

    @Test(arguments: ["/", "/**", "/repos/**", "/repos/*/issues", "/a%2Fb", "/a/", "/x*y"])
    func `A glob of a path is taken`(glob: String) {
        #expect(PathAndMethodRules.problem(withGlob: glob) == nil)
    }

    @Test(arguments: [
        "", "repos", "/a?x=1", "/a#b", "/a b", "/ä", "/a//b", "/../a", "/a/./b", "/a**", "/**b/c", "/%zz", "/%",
        "/a\\b", "/a\u{0}",
        "/" + String(repeating: "a", count: 2_000), "/*/*/*/*/*/*/*/*/*",
    ])
    func `A glob that could not match as meant is refused`(glob: String) {
        #expect(PathAndMethodRules.problem(withGlob: glob) != nil)
    }

    @Test(arguments: ["LOG_LEVEL", "_x", "a1", "PATH"])
    func `A plain name is a variable's name`(name: String) {
        #expect(NameRules.environmentVariable(name) == nil)
    }

    @Test(arguments: [
        "", "1A", "A-B", "A=B", "Ä", "A\u{0}", "https_proxy", "HTTPS_PROXY", "PALANA_X", "palana_x", "SSL_CERT_FILE",
    ])
    func `A variable that can't be or is the platform's is refused`(name: String) {
        #expect(NameRules.environmentVariable(name) != nil)
    }

    @Test(arguments: ["app", "example.com/app", "a.b_c-d", "A"])
    func `A label's key is taken`(key: String) {
        #expect(NameRules.labelKey(key) == nil)
    }

    @Test(arguments: ["", "/a", "a/", "a/b/c", "-a", "a b", "Ex ample.com/a", String(repeating: "a", count: 64)])
    func `What is no label's key is refused`(key: String) {
        #expect(NameRules.labelKey(key) != nil)
    }
}
