import ArgumentParser
import Foundation
import Manifests
import OPAClient
import PalanaCore
import ServiceSupport

struct PolicyCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compile and try a policy before it is applied.",
        discussion: """
            palana policy check no-uploads.yaml
              palana policy check module.rego

            Takes EgressPolicy manifests or a bare Rego module. Exit code 1 when something is wrong.
            """)

    @Argument(help: "A manifest or a .rego file.")
    var file: String

    func run() async throws {
        let checker = PolicyChecker(tool: try PolicyTools.opa())
        for policy in try PolicyFiles.read(file) {
            do {
                _ = try await checker.check(policy)
            } catch {
                throw CommandFailure(.failed, "\(file): \(error)")
            }
            Terminal.write("policy \(policy.name): ok")
        }
    }
}

/// What the policy commands work with.
enum PolicyTools {
    static func opa() throws -> OPATool {
        guard let path = ToolLocator(environment: ProcessInfo.processInfo.environment).path(of: "opa") else {
            throw CommandFailure(.failed, "opa was not found; see: palana doctor")
        }
        return OPATool(path: path)
    }
}

/// Reads policies from a manifest or a module.
enum PolicyFiles {
    static func read(_ file: String) throws -> [PolicyRules] {
        let text = try InputFile.text(file)
        guard !file.hasSuffix(".rego") else { return [PolicyRules(name: moduleName(file), rego: text)] }
        let resources: [Resource]
        do {
            resources = try ManifestDecoder().decode(text.utf8, source: file).map(\.resource)
        } catch {
            throw CommandFailure(.failed, error.description)
        }
        return try resources.map { resource in
            let report = ResourceValidator().report(on: resource)
            guard report.errors.isEmpty else {
                throw CommandFailure(.failed, report.errors.map { "\(file): \($0)" }.joined(separator: "\n"))
            }
            guard case .egressPolicy(let policy) = resource else {
                throw CommandFailure(.failed, "\(file): \(resource.key) is not an EgressPolicy")
            }
            return PolicyRules(policy)
        }
    }

    /// A module has no name of its own: the file's will do.
    private static func moduleName(_ file: String) -> String {
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent.lowercased()
        return String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
}
