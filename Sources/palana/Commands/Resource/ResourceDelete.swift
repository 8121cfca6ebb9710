import ArgumentParser
import PalanaCore
import PlatformAPI

struct ResourceDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an agent, template, policy or kill.",
        discussion: """
            palana delete agent demo

            An agent is stopped, its secrets are removed from the vault, and /data goes unless \
            spec.workspace.reclaim is Retain.
            """)

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "agent, template, policy or kill.")
    var kind: String

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        try await platform.operations().delete(ResourceKey(try ResourceKind(asked: kind), name))
        Terminal.write("\(kind)/\(name) deleted")
    }
}
