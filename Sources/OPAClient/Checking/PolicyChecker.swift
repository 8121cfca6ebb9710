import Foundation
public import PalanaCore

/// Decides whether a policy may be put in force: it compiles under the capabilities, keeps to what modules may do,
/// passes its own tests, and answers sample requests fast. All in short-lived processes, so that a module that never
/// ends or eats memory hurts nobody.
public struct PolicyChecker: Sendable {
    /// What is known of a module that may be loaded.
    public struct Checked: Sendable, Hashable {
        /// Which of `deny`, `ask` and `allow` the module defines, sorted. Empty without a module.
        let kinds: [String]
        let reads: RequestUse
    }

    /// What one sample request may cost at most; a decision without modules takes well under a millisecond.
    public static let evaluationLimit = Duration.milliseconds(50)

    private let tool: OPATool

    public init(tool: OPATool) {
        self.tool = tool
    }

    /// - Throws: `PolicyProblem` with the first thing that is wrong, or `PolicyCheckFailure` when `opa` can't be run.
    public func check(_ policy: PolicyRules) async throws -> Checked {
        try policy.checkPlainly()
        guard let rego = policy.rego else { return Checked(kinds: [], reads: RequestUse()) }
        let module = RegoModule(policy: policy.name, rego: rego)
        return try await ScratchFolder.with { folder in
            let run = ModuleRun(tool: tool, folder: folder, policy: policy, module: module)
            try run.prepare()
            let inspection = try await run.inspect()
            try await run.compile()
            if inspection.hasTests { try await run.test() }
            try await run.evaluate(kinds: inspection.kinds.sorted())
            return Checked(kinds: inspection.kinds.sorted(), reads: inspection.reads)
        }
    }
}

extension PolicyRules {
    /// What needs no OPA to see.
    fileprivate func checkPlainly() throws(PolicyProblem) {
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        guard !name.isEmpty, name.count <= 253, name.allSatisfy(allowed.contains) else {
            throw PolicyProblem(policy: name, message: "the name must be lower-case letters, digits, '-' and '.'")
        }
        guard rego != nil || !allow.isEmpty || !deny.isEmpty else {
            throw PolicyProblem(policy: name, message: "the policy says nothing; give it rego, allow or deny")
        }
    }
}
