import ArgumentParser
import AuditLog
import PalanaCore

/// `palana audit tail`.
struct AuditFollow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show audit events as they come, until Ctrl-C.",
        discussion: """
            palana audit tail
              palana audit tail --last 100 -o json | jq .
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Option(help: ArgumentHelp("How many of the events that are there already come first.", valueName: "events"))
    var last = 10

    func validate() throws {
        guard last >= 0 else { throw ValidationError("--last must be 0 or more.") }
    }

    func run() async throws {
        do {
            for try await entry in AuditTail(try platform.auditFolder(), last: last) {
                Terminal.write(output.output == .table ? AuditText.line(entry.row) : entry.line)
            }
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        }
    }
}
