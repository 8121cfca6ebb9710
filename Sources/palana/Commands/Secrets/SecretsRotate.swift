import ArgumentParser
import PlatformAPI

struct SecretsRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Replace a secret's value; the placeholder stays.",
        discussion: "palana secrets rotate demo GITHUB_PAT --from-env NEW_PAT")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var agent: String

    @Argument(help: "The secret's name.")
    var name: String

    // Last, since it takes (and refuses) what stands behind the arguments above.
    @OptionGroup var input: SecretInput

    func run() async throws {
        try await platform.operations().rotateSecret(agent: agent, name: name, to: try input.value())
        Terminal.write("secret \(agent)/\(name) rotated")
    }
}
