import ArgumentParser
import PalanaCore
import PlatformAPI

struct SecretsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a secret for an agent and bind it to hosts.",
        discussion: """
            palana secrets add demo GITHUB_PAT --host api.github.com --from-env GITHUB_PAT
              palana secrets add demo GIT --host github.com --in basic --from-file token.txt
              palana secrets add demo CONFIG_KEY --mode agent --stdin < key.txt

            The value goes to the vault; the agent's environment holds a placeholder of the same name.
            """)

    @OptionGroup var platform: PlatformOptions

    @Option(
        help: ArgumentHelp(
            "proxy: the agent holds a placeholder. agent: it may read the value through palana.internal.",
            valueName: "proxy|agent"))
    var mode: SecretMode = .proxy

    @Option(
        name: .customLong("host"),
        help: ArgumentHelp("The only hosts it is ever sent to. Repeatable.", valueName: "name"))
    var hosts: [String] = []

    @Option(
        name: .customLong("in"),
        help: ArgumentHelp("Where the placeholder may stand: header or basic. Repeatable.", valueName: "position"))
    var positions: [SecretPosition] = []

    @Option(
        help: ArgumentHelp(
            "A pattern such as ghp_{random:36}, for programs that check a key's shape.", valueName: "pattern"))
    var placeholder: String?

    @Flag(help: "A lure that nothing has a reason to use: any use raises an alarm and kills the agent that tried.")
    var canary = false

    @Argument(help: "The agent's name.")
    var agent: String

    @Argument(help: "The secret's name, also the environment variable: A-Z, 0-9 and _.")
    var name: String

    // Last, since it takes (and refuses) what stands behind the arguments above.
    @OptionGroup var input: SecretInput

    func run() async throws {
        let addition = SecretAddition(
            mode: mode, hosts: hosts, positions: positions, placeholderPattern: placeholder, value: try input.value(),
            canary: canary ? true : nil)
        let listing = try await platform.operations().addSecret(agent: agent, name: name, addition)
        Terminal.write("secret \(agent)/\(name) stored")
        if let placeholder = listing.placeholder { Terminal.write("placeholder: \(placeholder)") }
    }
}
