import Foundation
import PalanaCore

/// One module's way through `opa` in a scratch folder, step by step.
struct ModuleRun: Sendable {
    let tool: OPATool
    let folder: URL
    let policy: PolicyRules
    let module: RegoModule

    private static let common = ["--capabilities", "capabilities.json"]

    func prepare() throws {
        try write(BundledPolicy.base, "egress.rego")
        try write(BundledPolicy.capabilities, "capabilities.json")
        try write(module.source, "source.rego")
        try write(module.text, "module.rego")
    }

    func inspect() async throws -> ModuleInspection {
        let outcome = try await tool.run(["parse", "--format", "json", "source.rego"], in: folder)
        guard outcome.succeeded else { throw problem(outcome) }
        let inspection = try ModuleInspection(json: outcome.output, grants: policy.grants)
        if let first = inspection.problems.first { throw PolicyProblem(policy: policy.name, message: first) }
        return inspection
    }

    func compile() async throws {
        let outcome = try await tool.run(
            ["check", "--strict", "--format", "json"] + Self.common + ["egress.rego", "module.rego"], in: folder)
        guard outcome.succeeded else { throw problem(outcome) }
    }

    func test() async throws {
        let outcome = try await tool.run(
            ["test", "--format", "json", "--timeout", "2s"] + Self.common + ["egress.rego", "module.rego"], in: folder)
        let results = RegoTestResult.list(outcome.output)
        if let failed = results.first(where: { !$0.passed }) {
            throw PolicyProblem(
                policy: policy.name, line: line(failed.location?.row), message: "its test \(failed.name) fails")
        }
        guard outcome.succeeded || results.contains(where: { $0.skip == true }) else { throw problem(outcome) }
    }

    /// Asks for decisions on sample requests of a selected agent. A module that doesn't end, stumbles or dawdles fails.
    func evaluate(kinds: [String]) async throws {
        let set = try PolicySet([policy])
        let samples = SampleRequests.all(for: policy, revision: set.revision)
        let sets = [set.revision: PolicyManifest(set, kinds: [module.id: kinds])]
        try write(JSONEncoder().encode(SampleData(palana: .init(sets: sets), samples: samples)), "data.json")
        let query = "[d | some s in data.samples; d := data.palana.egress.decision with input as s]"
        let outcome = try await tool.run(
            ["eval", "--format", "json", "--timeout", "2s", "--metrics", "--strict-builtin-errors"] + Self.common
                + ["--data", "egress.rego", "--data", "module.rego", "--data", "data.json", query], in: folder)
        guard outcome.succeeded else { throw problem(outcome) }
        try SampleAnswers(json: outcome.output).verify(count: samples.count, policy: policy.name)
    }

    private func write(_ text: String, _ name: String) throws {
        try write(Data(text.utf8), name)
    }

    private func write(_ data: Data, _ name: String) throws {
        try data.write(to: folder.appendingPathComponent(name))
    }

    /// `opa` writes its errors as JSON to either stream, depending on the command.
    private func problem(_ outcome: OPATool.Outcome) -> PolicyProblem {
        for text in [outcome.output, outcome.errors] {
            if let error = RegoErrors.first(text) {
                let slow = error.code == "eval_cancel_error"
                return PolicyProblem(
                    policy: policy.name, line: line(error.location?.row),
                    message: slow ? "the module does not end within 2 s on a sample request" : error.message)
            }
        }
        return PolicyProblem(policy: policy.name, message: "opa refuses it: \(outcome.errors.prefix(500))")
    }

    private func line(_ row: Int?) -> Int? {
        row.map { max(1, $0 - module.addedLines) }
    }
}
