import ArgumentParser
import PlatformAPI

struct SecretsRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a secret from the vault and from its agent.",
        discussion: "palana secrets remove demo GITHUB_PAT")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var agent: String

    @Argument(help: "The secret's name.")
    var name: String

    func run() async throws {
        try await platform.operations().removeSecret(agent: agent, name: name)
        Terminal.write("secret \(agent)/\(name) removed")
    }
}
