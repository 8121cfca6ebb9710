import ArgumentParser
import PlatformAPI

/// Runs one more command in a running agent's sandbox, under the same filter and limits.
struct AgentExec: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command in a running agent's sandbox; its exit code is passed through.",
        discussion: """
            palana exec demo -- ls -l /data
              palana exec demo -- bash
            """)

    @OptionGroup var platform: PlatformOptions

    @Flag(inversion: .prefixedNo, help: "Give the command a terminal (default: when you have one).")
    var tty: Bool?

    @Argument(help: "The agent's name.")
    var name: String

    @Argument(parsing: .postTerminator, help: "The command.")
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else { throw ValidationError("Say what to run: palana exec \(name) -- CMD") }
    }

    func run() async throws {
        let session = AttachSession(
            attachment: try platform.attachment(), agent: name, verb: .exec, command: command, tty: tty)
        throw ExitCode(try await session.run())
    }
}
