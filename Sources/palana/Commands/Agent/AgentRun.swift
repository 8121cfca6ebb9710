import ArgumentParser
import Manifests
import PalanaCore
import PlatformAPI

/// Starts an agent and stays attached to it.
struct AgentRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start an agent and attach to it; its exit code is passed through.",
        discussion: """
            palana run demo -- python3 agent.py
              palana run demo --mount ~/project:/workspace:rw -- bash

            The agent is created when it does not exist yet (with the flags of create). Mounts are read-only unless \
            they end in :rw.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var definition: AgentDefinition

    @Option(
        name: .customLong("mount"),
        help: ArgumentHelp("SRC:DST[:rw] from this machine into the sandbox. Repeatable.", valueName: "src:dst"))
    var mounts: [String] = []

    @Flag(inversion: .prefixedNo, help: "Give the agent a terminal (default: when you have one).")
    var tty: Bool?

    @Argument(help: "The agent's name.")
    var name: String

    @Argument(parsing: .postTerminator, help: "The command (default: the agent's own).")
    var command: [String] = []

    func run() async throws {
        let isNew = try await createIfMissing()
        let session = AttachSession(
            attachment: try platform.attachment(), agent: name, verb: .run, command: command, tty: tty, mounts: mounts)
        do {
            throw ExitCode(try await session.run())
        } catch let error as APIError where isNew && error.reason == .invalid {
            // It never ran: nothing half-done stays behind.
            try await platform.operations().delete(ResourceKey(.agent, name))
            throw error
        }
    }

    /// Whether the agent had to be made.
    private func createIfMissing() async throws -> Bool {
        let operations = try platform.operations()
        do {
            _ = try await operations.get(ResourceKey(.agent, name))
        } catch let error as APIError where error.reason == .notFound {
            let agent = try definition.agent(named: name, command: [])
            _ = try await operations.create(try ManifestEncoder().yaml([.agent(agent)]))
            Terminal.warn("palana: agent/\(name) created")
            return true
        }
        guard definition.isEmpty else {
            throw CommandFailure(
                .failed,
                "agent \(name) exists already: change it with palana apply, or leave out --template, --image, --allow, "
                    + "--secret and --env")
        }
        return false
    }
}
