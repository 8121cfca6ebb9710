import ArgumentParser
import Foundation
import PlatformAPI

/// Prints what an agent wrote to its output.
struct AgentLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print an agent's output.",
        discussion: """
            palana logs demo --tail 50
              palana logs demo -f
              palana logs demo --raw > output.bin

            Control characters are shown as \\u{1b}, also through a pipe: what an agent writes drives no terminal.
            """)

    @OptionGroup var platform: PlatformOptions

    @Flag(name: .shortAndLong, help: "Go on as the agent writes.")
    var follow = false

    @Flag(help: "Print the bytes as the agent wrote them. For files and programs, not for a terminal.")
    var raw = false

    @Option(help: ArgumentHelp("Only the newest so many lines.", valueName: "lines"))
    var tail: Int?

    @Argument(help: "The agent's name.")
    var name: String

    func validate() throws {
        guard tail ?? 0 >= 0 else { throw ValidationError("--tail must be 0 or more.") }
    }

    func run() async throws {
        var text = LogText()
        for try await bytes in try await platform.operations().logs(agent: name, follow: follow, tail: tail) {
            try FileHandle.standardOutput.write(contentsOf: Data(raw ? bytes : text.visible(bytes)))
        }
        try FileHandle.standardOutput.write(contentsOf: Data(text.rest()))
    }
}
