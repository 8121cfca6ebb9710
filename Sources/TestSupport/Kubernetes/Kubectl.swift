public import Foundation
import PalanaCore
import Subprocess
import SystemPackage

/// Runs kubectl as one user.
public struct Kubectl: Sendable {
    /// How a command ended, and all that it said.
    public struct Result: Sendable, CustomStringConvertible {
        public var succeeded: Bool
        public var output: String
        public var error: String

        public var description: String { "\(succeeded ? "succeeded" : "failed"): \(output)\(error)" }
    }

    var program: String
    var kubeconfig: String
    /// Where it keeps what it knows of the server's API.
    var home: String

    /// Runs one command to its end.
    /// - Parameters:
    ///   - input: what it reads for `-f -`.
    ///   - limit: after it the command is ended, and that is an error.
    public func run(
        _ arguments: String..., input: String = "", within limit: Duration = .seconds(60)
    ) async throws -> Result {
        try await run(arguments, input: input, within: limit)
    }

    /// The same; a command that fails is an error with what it said.
    @discardableResult
    public func must(
        _ arguments: String..., input: String = "", within limit: Duration = .seconds(60)
    ) async throws -> String {
        let result = try await run(arguments, input: input, within: limit)
        guard result.succeeded else {
            throw ControlPlaneFailure("kubectl \(arguments.joined(separator: " ")) \(result)")
        }
        return result.output
    }

    /// Applies manifests (YAML or JSON) by server-side apply.
    @discardableResult
    public func apply(_ manifest: String, fieldManager: String = "test") async throws -> String {
        try await must("apply", "--server-side", "--field-manager=\(fieldManager)", "-f", "-", input: manifest)
    }

    /// An object, or a list of them, as JSON.
    public func json(_ arguments: String...) async throws -> Data {
        let result = try await run(["get"] + arguments + ["-o", "json"], input: "", within: .seconds(60))
        guard result.succeeded else {
            throw ControlPlaneFailure("kubectl get \(arguments.joined(separator: " ")) \(result)")
        }
        return Data(result.output.utf8)
    }

    private func run(_ arguments: [String], input: String, within limit: Duration) async throws -> Result {
        try await withDeadline(limit) {
            let result = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(["--kubeconfig", kubeconfig] + arguments),
                environment: .custom(["HOME": home, "PATH": "/usr/bin:/bin"]), workingDirectory: FilePath(home),
                input: .string(input), output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
            return Result(
                succeeded: result.terminationStatus.isSuccess, output: result.standardOutput,
                error: result.standardError)
        }
    }
}
