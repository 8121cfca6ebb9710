import ArgumentParser
import Foundation
import OPAClient
import PalanaCore

struct PolicyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run a folder's policy tests.",
        discussion: """
            palana policy test policies/
              palana policy test policies/ --with no-uploads.yaml

            Runs the test_ rules of .rego files and the tables *.cases.json.
            """)

    @OptionGroup var output: OutputOptions

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("A policy that the tables are decided under. Repeatable.", valueName: "file"))
    var policies: [String] = []

    @Argument(help: "The folder (default: this one).")
    var folder = "."

    func run() async throws {
        let rules = try policies.flatMap(PolicyFiles.read)
        let results: [PolicyTestResult]
        do {
            results = try await PolicyTestRunner(tool: try PolicyTools.opa())
                .run(URL(fileURLWithPath: folder), policies: rules)
        } catch let problem as PolicyProblem {
            throw CommandFailure(.failed, "\(problem)")
        }
        try output.print(results) { text(results) }
        if results.contains(where: { $0.outcome == .failed }) { throw ExitStatus.failed.code }
    }

    private func text(_ results: [PolicyTestResult]) -> String {
        let rows = results.map { [$0.outcome.rawValue, $0.name, $0.file, $0.detail ?? ""] }
        let counts = [PolicyTestResult.Outcome.passed, .failed, .skipped].map { outcome in
            "\(results.count { $0.outcome == outcome }) \(outcome.rawValue)"
        }
        return Table(["RESULT", "TEST", "FILE", "DETAIL"], rows: rows).rendered() + "\n"
            + counts.joined(separator: ", ")
    }
}
