import Foundation
import Subprocess
import SystemPackage

/// Runs the `opa` program for what the server has no API for: parsing, checking, testing, and evaluating what may not
/// end.
public struct OPATool: Sendable {
    /// What one run left behind.
    struct Outcome: Sendable {
        let succeeded: Bool
        let output: String
        let errors: String
    }

    /// Absolute path of the program.
    public var path: String
    /// How long one run may take before it is killed.
    public var deadline: Duration

    public init(path: String, deadline: Duration = .seconds(20)) {
        self.path = path
        self.deadline = deadline
    }

    /// Runs `opa` with a clean environment: OPA takes any flag from `OPA_…` variables, too.
    func run(_ arguments: [String], in folder: URL) async throws -> Outcome {
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask { try await execute(arguments, in: folder) }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw PolicyProblem(message: "opa \(arguments.first ?? "") took longer than \(deadline)")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? Outcome(succeeded: false, output: "", errors: "opa did not run")
        }
    }

    private func execute(_ arguments: [String], in folder: URL) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .custom(["HOME": folder.path, "TMPDIR": folder.path]), workingDirectory: FilePath(folder.path),
            output: .string(limit: 8 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            succeeded: result.terminationStatus == .exited(0), output: result.standardOutput,
            errors: result.standardError)
    }
}
