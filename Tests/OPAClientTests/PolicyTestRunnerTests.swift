import Foundation
import OPAClient
import PalanaCore
import TestSupport
import Testing

@Suite struct PolicyTestRunnerTests {
    private static let noDeletes = PolicyRules(
        name: "no-deletes", selector: PolicySelector(labels: ["team": "red"]),
        rego: #"deny contains {"rule": "deletes", "reason": "No deletes."} if input.request.method == "DELETE""#)

    private static let table = """
        [
          {"name": "red may not delete", "method": "DELETE", "url": "https://api.example.com/x",
           "agent": {"labels": {"team": "red"}}, "allow": [{"host": "*.example.com"}],
           "expect": {"action": "deny", "rule": "EgressPolicy/no-deletes", "code": "denied_by_policy"}},
          {"name": "blue may", "method": "DELETE", "url": "https://api.example.com/x",
           "agent": {"labels": {"team": "blue"}}, "allow": [{"host": "api.example.com"}], "expect": {"action": "allow"}},
          {"name": "a wrong guess", "url": "https://other.example.com/", "allow": [{"host": "api.example.com"}],
           "expect": {"action": "allow"}}
        ]
        """

    @Test func `A table of cases is decided by the base module and the policies`() async throws {
        let results = try await run(["a.cases.json": Self.table], [Self.noDeletes])
        #expect(results.map(\.outcome) == [.passed, .passed, .failed])
        #expect(results.last?.detail == "expected allow, got deny by default: No rule allows other.example.com.")
    }

    @Test func `Rego tests pass, fail and are skipped by name and line`() async throws {
        let rego = """
            package mine_test

            import data.palana.egress

            test_good if not egress.loaded
            test_bad if egress.loaded
            todo_test_later if true
            """
        let results = try await run(["sub/mine_test.rego": rego])
        #expect(results.map(\.outcome) == [.passed, .failed, .skipped])
        #expect(results.map(\.line) == [5, 6, 7])
        #expect(results.allSatisfy { $0.file == "sub/mine_test.rego" })
    }

    @Test(arguments: [
        [:], ["a.rego": "package a\n\nx := http.send({})"], ["a.rego": "package a\nx := {"], ["a.cases.json": "{}"],
        ["a.cases.json": #"[{"name": "n", "url": "nowhere", "expect": {"action": "deny"}}]"#],
        ["a.rego": "package a\nx := 1"],
    ])
    func `A folder that can't be tested is an error, not a success`(_ files: [String: String]) async throws {
        await #expect(throws: PolicyProblem.self) { try await run(files) }
    }

    @discardableResult
    private func run(_ files: [String: String], _ policies: [PolicyRules] = []) async throws -> [PolicyTestResult] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("p\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return try await PolicyTestRunner(tool: OPATool(path: try OPAProcess.executable())).run(
            folder, policies: policies)
    }
}
