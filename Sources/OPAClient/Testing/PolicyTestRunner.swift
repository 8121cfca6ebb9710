public import Foundation
public import PalanaCore

/// What one test said.
public struct PolicyTestResult: Sendable, Hashable, Codable {
    public enum Outcome: String, Sendable, Codable {
        case passed, failed, skipped
    }

    public let name: String
    /// Relative to the tested folder.
    public let file: String
    public let line: Int?
    public let outcome: Outcome
    /// What was instead, for a failed case of a table.
    public let detail: String?
}

/// Runs a folder's tests: `test_…` rules of its `.rego` files, and its tables `*.cases.json`, which ask the base module
/// together with the given policies.
public struct PolicyTestRunner: Sendable {
    private let tool: OPATool

    public init(tool: OPATool) {
        self.tool = tool
    }

    /// - Parameters:
    ///   - directory: looked through with all below it.
    ///   - policies: what the tables are decided under; the folder's own modules have to be among them.
    /// - Throws: `PolicyProblem` when a file can't be read or doesn't compile, or when there is nothing to run.
    public func run(_ directory: URL, policies: [PolicyRules] = []) async throws -> [PolicyTestResult] {
        let files = try Self.files(in: directory)
        let rego = files.filter { $0.hasSuffix(".rego") }
        let tables = files.filter { $0.hasSuffix(".cases.json") }
        guard !rego.isEmpty || !tables.isEmpty else {
            throw PolicyProblem(message: "\(directory.path) holds neither .rego files nor *.cases.json")
        }
        var results: [PolicyTestResult] = []
        if !rego.isEmpty { results += try await runRego(rego, in: directory) }
        for table in tables { results += try await runTable(table, in: directory, policies: policies) }
        guard !results.isEmpty else { throw PolicyProblem(message: "\(directory.path) holds no tests") }
        return results
    }

    private static func files(in directory: URL) throws -> [String] {
        guard let found = FileManager.default.enumerator(atPath: directory.path) else {
            throw PolicyProblem(message: "the folder \(directory.path) can't be read")
        }
        return found.compactMap { $0 as? String }.sorted()
    }

    private func runRego(_ files: [String], in directory: URL) async throws -> [PolicyTestResult] {
        try await ScratchFolder.with { folder in
            try Data(BundledPolicy.capabilities.utf8).write(to: folder.appendingPathComponent("capabilities.json"))
            try Data(BundledPolicy.base.utf8).write(to: folder.appendingPathComponent("base.rego"))
            let paths = files.map { directory.appendingPathComponent($0).path }
            let hasBase = try paths.contains { try String(contentsOfFile: $0, encoding: .utf8) == BundledPolicy.base }
            let outcome = try await tool.run(
                ["test", "--format", "json", "--timeout", "5s", "--capabilities", "capabilities.json"]
                    + (hasBase ? [] : ["base.rego"]) + paths, in: folder)
            let results = RegoTestResult.list(outcome.output)
            if results.isEmpty, !outcome.succeeded { throw Self.problem(outcome, directory) }
            return results.map { PolicyTestResult($0, directory) }
        }
    }

    private func runTable(_ table: String, in directory: URL, policies: [PolicyRules]) async throws
        -> [PolicyTestResult]
    {
        let data = try Data(contentsOf: directory.appendingPathComponent(table))
        let cases: [PolicyCase]
        do {
            cases = try JSONDecoder().decode([PolicyCase].self, from: data)
        } catch {
            throw PolicyProblem(message: "\(table) is no table of cases: \(error)")
        }
        let decisions = try await CaseRun(tool: tool, policies: policies).decide(cases)
        return zip(cases, decisions).map { testCase, decision in
            let mismatch = testCase.mismatch(decision)
            return PolicyTestResult(
                name: testCase.name, file: table, line: nil, outcome: mismatch == nil ? .passed : .failed,
                detail: mismatch)
        }
    }

    private static func problem(_ outcome: OPATool.Outcome, _ directory: URL) -> PolicyProblem {
        for text in [outcome.output, outcome.errors] {
            if let error = RegoErrors.first(text) {
                return PolicyProblem(line: error.location?.row, message: error.message)
            }
        }
        return PolicyProblem(message: "opa can't test \(directory.path): \(outcome.errors.prefix(500))")
    }
}

extension PolicyTestResult {
    fileprivate init(_ result: RegoTestResult, _ directory: URL) {
        let path = result.location?.file ?? ""
        let prefix = directory.path.hasSuffix("/") ? directory.path : directory.path + "/"
        name = result.name
        file = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
        line = result.location?.row
        outcome = !result.passed ? .failed : result.skip == true ? .skipped : .passed
        detail = nil
    }
}
