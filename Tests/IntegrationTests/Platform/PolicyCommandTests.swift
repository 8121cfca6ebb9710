import Foundation
import TestSupport
import Testing

/// `palana policy check` and `test` need no platform.
@Suite("The policy commands")
struct PolicyCommandTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var what: String
        /// The Rego, or a whole file when `name` says so.
        var text: String
        var name = "policy.yaml"
        var status: Int32 = 1
        var says: [String]
        var testDescription: String { what }

        var file: String {
            guard name == "policy.yaml" else { return text }
            let rego = text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(
                separator: "\n")
            return """
                apiVersion: palana.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: tried}
                spec:
                  rego: |

                """ + rego + "\n"
        }
    }

    private static let noDeletes = """
        deny contains {"rule": "no-deletes", "reason": "Deletes go through a person."} if {
            input.request.method == "DELETE"
        }
        """

    static let rows = [
        Row(what: "a good one", text: noDeletes, status: 0, says: ["policy tried: ok"]),
        Row(
            what: "a good one with its own test",
            text: noDeletes + """

                test_delete if { count(deny) == 1 with input as {"request": {"method": "DELETE"}} }
                """, status: 0, says: ["policy tried: ok"]),
        Row(
            what: "a good module", text: noDeletes, name: "no-deletes.rego", status: 0, says: ["policy no-deletes: ok"]),
        Row(what: "bad Rego", text: "deny contains x if {", says: ["policy.yaml", "tried"]),
        Row(what: "a name that isn't there", text: "deny contains x if { x := missing_name }", says: ["missing_name"]),
        Row(
            what: "a failing test", text: noDeletes + "\ntest_nothing if { count(deny) == 1 with input as {} }",
            says: ["test_nothing"]),
        Row(
            what: "a slow module",
            text: """
                deny contains {"rule": "slow", "reason": "x"} if {
                    some i in numbers.range(1, 3000000)
                    i * i == -1
                }
                """, says: ["tried"]),
        Row(
            what: "a module that asks the network",
            text: "deny contains x if { x := http.send({\"method\": \"GET\", \"url\": \"http://127.0.0.1\"}) }",
            says: ["http.send"]),
        Row(
            what: "an Agent", text: "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: a}\nspec: {}\n",
            name: "agent.yaml", says: ["not an EgressPolicy"]),
    ]

    @Test("check says what is wrong with a policy", arguments: rows)
    func check(_ row: Row) async throws {
        let folder = try TemporaryFolder()
        let file = folder.path(row.name)
        try Data(row.file.utf8).write(to: URL(fileURLWithPath: file))
        let result = try await Command.run(PlatformFixture.program, ["policy", "check", file])
        #expect(result.status == row.status, "\(result)")
        let text = row.status == 0 ? result.output : result.error
        for part in row.says { #expect(text.contains(part), "\(result)") }
        #expect(row.status == 0 || text.hasPrefix("palana: \(file): "), "\(result)")
    }

    @Test("test decides tables of requests", arguments: [(true, Int32(0)), (false, 1)])
    func table(_ isRight: Bool, _ status: Int32) async throws {
        let folder = try TemporaryFolder()
        let policy = Row(what: "", text: Self.noDeletes, says: [])
        try Data(policy.file.utf8).write(to: URL(fileURLWithPath: folder.path("policy.yaml")))
        let cases = """
            [{"name": "no deletes", "method": "DELETE", "url": "https://api.example.com/orders/1",
              "allow": [{"host": "api.example.com"}],
              "expect": {"action": "\(isRight ? "deny" : "allow")"}},
             {"name": "reads", "method": "GET", "url": "https://api.example.com/orders/1",
              "allow": [{"host": "api.example.com"}], "expect": {"action": "allow"}}]
            """
        try FileManager.default.createDirectory(atPath: folder.path("t"), withIntermediateDirectories: false)
        try Data(cases.utf8).write(to: URL(fileURLWithPath: folder.path("t/orders.cases.json")))
        let result = try await Command.run(
            PlatformFixture.program, ["policy", "test", folder.path("t"), "--with", folder.path("policy.yaml")])
        #expect(result.status == status, "\(result)")
        #expect(result.output.contains(isRight ? "2 passed, 0 failed" : "1 passed, 1 failed"), "\(result)")
        #expect(isRight || result.output.contains("no deletes"), "\(result)")
    }

    @Test("a folder or a file that isn't there is named", arguments: ["check", "test"])
    func missing(_ command: String) async throws {
        let result = try await Command.run(PlatformFixture.program, ["policy", command, "/no/such/place"])
        #expect([1, 4].contains(result.status) && result.error.contains("/no/such/place"), "\(result)")
    }
}
