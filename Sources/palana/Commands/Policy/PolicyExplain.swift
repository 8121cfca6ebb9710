import ArgumentParser
import PalanaCore
import PlatformAPI

struct PolicyExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say which rule would decide a request, why, and what would allow it.",
        discussion: """
            palana policy explain demo GET https://api.github.com/repos/a/b

            Exit code 0 when the request would be allowed, 3 when not. Nothing is sent.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The agent's name.")
    var agent: String

    @Argument(help: "GET, POST, …")
    var method: String

    @Argument(help: "The whole URL.")
    var url: String

    func run() async throws {
        let explanation = try await platform.operations().explain(agent: agent, method: method, url: url)
        try output.print(explanation) { text(explanation) }
        if explanation.action != .allow { throw ExitStatus.denied.code }
    }

    private func text(_ explanation: PolicyExplanation) -> String {
        let verdict =
            explanation.action == .allow ? "allowed" : "refused (\(explanation.code?.rawValue ?? "denied_by_policy"))"
        var lines = [
            "\(explanation.method) \(explanation.url): \(verdict)", "rule:     \(explanation.rule)",
            "reason:   \(explanation.reason)",
        ]
        lines += explanation.remedies.map { "to allow: \($0)" }
        lines.append("revision: \(explanation.policyRevision)")
        return lines.map(Terminal.visible).joined(separator: "\n")
    }
}
