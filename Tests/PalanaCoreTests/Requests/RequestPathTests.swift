import PalanaCore
import Testing

@Suite("Reading paths")
struct RequestPathTests {
    @Test(
        "Paths are normalised for matching only",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a/b?c=/../d", "/a/b"), ("/%61dmin", "/admin"), ("/a%2fb", "/a%2Fb"),
            ("/@scope%2fname", "/@scope%2Fname"), ("/%40scope%2Fname", "/@scope%2Fname"), ("/a%20b", "/a%20b"),
            ("/a%c3%bc", "/a%C3%BC"), ("/.well-known/x", "/.well-known/x"), ("/...", "/..."), ("/a%25b", "/a%25b"),
            ("/a;v=1/b", "/a;v=1/b"), ("//a", "/a"), ("/a//b/", "/a/b/"), ("/a%3bb", "/a%3Bb"),
            ("/a.b/c..d", "/a.b/c..d"),
        ])
    func normalised(_ target: String, _ expected: String) throws {
        let path = try RequestPath(target: target)
        #expect(path.matching == expected)
    }

    @Test(
        "Deny rules also see what a lenient server would",
        arguments: [
            ("/admin;v=1/x", "/admin/x"), ("/admin%2Fx", "/admin/x"), ("/admin%252Fx", "/admin/x"),
            ("//admin//x/", "/admin/x/"),
            ("/admin%3B/x", "/admin/x"), ("/%2561dmin", "/admin"), ("/a/b", "/a/b"), ("/;/", "/"),
        ])
    func lenient(_ target: String, _ expected: String) throws {
        let path = try RequestPath(target: target)
        #expect(path.lenient == expected)
    }

    @Test(
        "Paths that servers read in different ways are refused",
        arguments: [
            "", "*", "a", "http://a/b", "/..", "/a/../b", "/./a", "/a/.", "/%2e%2e/a", "/%2E./a", "/a/%252e%252e/b",
            "/a%2f..%2fb", "/a%2F%2e%2e%2Fb", "/a%252f..%252fb", "/..;/a", "/a/..;x=1/b", "/a/.;/b", "/a/..%3b/b",
            "/a%00b",
            "/a%2500b", "/a%5cb", "/a%255Cb", "/a\\b", "/a%", "/a%2", "/a%zz", "/a b", "/a\u{0}b", "/a\tb", "/ä",
            "/a#b", "/a\r\nb",
            "/" + String(repeating: "a", count: RequestPath.maximumLength),
        ])
    func refused(_ target: String) {
        #expect(throws: Refusal.self) { try RequestPath(target: target) }
    }

    @Test(
        "Query keys are decoded, values left alone",
        arguments: [
            ("/?a=1&b=2&a=3", ["a", "b"]), ("/?%61ccess_token=x", ["access_token"]), ("/?a+b=1;c", ["a b", "c"]),
            ("/", []),
            ("/?", []), ("/?=x", [""]), ("/?a", ["a"]),
        ] as [(String, [String])])
    func queryKeys(_ target: String, _ expected: [String]) throws {
        let query = try RequestQuery(RequestPath(target: target).query)
        #expect(query.keys == expected)
    }

    @Test("Endless queries are refused")
    func endless() {
        #expect(throws: Refusal.self) { try RequestQuery(Array(repeating: "a", count: 2_000).joined(separator: "&")) }
    }
}
