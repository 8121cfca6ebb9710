import Foundation
import PalanaCore

/// Decides cases in one `opa eval`, under the base module and some policies.
struct CaseRun: Sendable {
    let tool: OPATool
    let policies: [PolicyRules]

    private struct Answers: Decodable {
        struct Result: Decodable {
            struct Expression: Decodable {
                /// Each an array of one decision, or of none.
                let value: [[PolicyDecision]]
            }
            let expressions: [Expression]
        }
        let result: [Result]
    }

    /// One answer a case, nil where there is none.
    func decide(_ cases: [PolicyCase]) async throws -> [PolicyDecision?] {
        let set = try PolicySet(policies)
        let checker = PolicyChecker(tool: tool)
        var kinds: [String: [String]] = [:]
        for policy in set.policies {
            if let module = set.modules[policy.name] { kinds[module.id] = try await checker.check(policy).kinds }
        }
        let data = SampleData(
            palana: .init(sets: [set.revision: PolicyManifest(set, kinds: kinds)]),
            samples: try cases.map { try $0.input(revision: set.revision).adding(set.policies) })
        return try await evaluate(set, data, count: cases.count)
    }

    private func evaluate(_ set: PolicySet, _ data: SampleData, count: Int) async throws -> [PolicyDecision?] {
        try await ScratchFolder.with { folder in
            var files = ["egress.rego": Data(set.base.utf8), "data.json": try JSONEncoder().encode(data)]
            for module in set.modules.values { files["\(module.id).rego"] = Data(module.text.utf8) }
            let loaded = files.keys.sorted().flatMap { ["--data", $0] }
            files["capabilities.json"] = Data(BundledPolicy.capabilities.utf8)
            for (name, content) in files { try content.write(to: folder.appendingPathComponent(name)) }
            let query = "[[d | d := data.palana.egress.decision with input as s] | some s in data.samples]"
            let outcome = try await tool.run(
                [
                    "eval", "--format", "json", "--timeout", "10s", "--strict-builtin-errors", "--capabilities",
                    "capabilities.json",
                ]
                    + loaded + [query], in: folder)
            guard outcome.succeeded else {
                throw PolicyProblem(message: RegoErrors.first(outcome.output)?.message ?? "opa can't decide the cases")
            }
            let answers = try JSONDecoder().decode(Answers.self, from: Data(outcome.output.utf8))
            let decisions = answers.result.first?.expressions.first?.value ?? []
            guard decisions.count == count else {
                throw PolicyProblem(message: "opa decided \(decisions.count) of \(count) cases")
            }
            return decisions.map(\.first)
        }
    }
}

extension PolicyInput {
    /// With the rules of those policies that select the input's agent and name its host.
    fileprivate func adding(_ policies: [PolicyRules]) -> PolicyInput {
        var input = self
        for policy in policies where policy.selector.selects(owner: agent.owner, labels: agent.labels) {
            input.rules.allow += HostIndex(NamedRule.numbered(policy.allow, in: "EgressPolicy/\(policy.name) allow"))
                .matching(request.host)
            input.rules.deny += HostIndex(NamedRule.numbered(policy.deny, in: "EgressPolicy/\(policy.name) deny"))
                .matching(request.host)
        }
        return input
    }
}
