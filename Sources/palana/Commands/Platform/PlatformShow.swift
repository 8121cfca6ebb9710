import ArgumentParser
import Foundation
import PlatformAPI

/// `palana status`.
struct PlatformShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show whether the platform runs, and each of its parts.",
        discussion: "palana status -o json")

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let status = try await platform.operations().status()
        try output.print(status) { Self.text(status) }
        if !status.isReady { throw ExitStatus.unavailable.code }
    }

    private static func text(_ status: PlatformStatus) -> String {
        let agents = status.agents.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let facts = [
            "palana \(status.version), process \(status.pid), up \(Age.text(since: status.since, now: Date()))",
            "state    \(status.stateFolder)",
            "sandbox  \(status.sandboxMode) mode, limits by \(status.limits)",
            "agents   \(agents.isEmpty ? "none" : agents)",
            "",
        ]
        let table = Table(
            ["PART", "STATE", "PID", "RESTARTS", "DETAIL"],
            rows: status.parts.map { part in
                [
                    part.name, part.state.rawValue, part.pid.map(String.init) ?? "-", "\(part.restarts)",
                    part.detail ?? "",
                ]
            })
        return facts.map(Terminal.visible).joined(separator: "\n") + "\n" + table.rendered()
    }
}
