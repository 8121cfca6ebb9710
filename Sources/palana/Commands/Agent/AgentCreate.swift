import ArgumentParser
import Manifests
import PalanaCore
import PlatformAPI

/// Makes an agent from flags; `palana apply` takes the same as YAML.
struct AgentCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create an agent.",
        discussion: """
            palana create demo --allow api.github.com --allow git.example.com:443/team/** -- python3 agent.py
              palana create demo --template claude-code --secret GITHUB_PAT@api.github.com,github.com:header,basic

            An agent with a command is started at once; without one it waits for: palana run NAME -- CMD
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var definition: AgentDefinition

    @Argument(help: "The agent's name: a DNS label of at most 40 characters.")
    var name: String

    @Argument(parsing: .postTerminator, help: "The agent's command.")
    var command: [String] = []

    func run() async throws {
        let agent = try definition.agent(named: name, command: command)
        ApplyReport.print(try await platform.operations().create(try ManifestEncoder().yaml([.agent(agent)])))
    }
}

/// The flags that describe an agent, shared by `create` and `run`.
struct AgentDefinition: ParsableArguments {
    @Option(help: ArgumentHelp("The AgentTemplate to build on.", valueName: "name"))
    var template: String?

    @Option(help: ArgumentHelp("A rootfs folder (default: the host's /usr, read-only).", valueName: "folder"))
    var image: String?

    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp(
            "HOST[:PORT][/PATH] that the agent may reach; PATH is a glob. Repeatable.", valueName: "host"))
    var allowed: [AllowArgument] = []

    @Option(
        name: .customLong("secret"),
        help: ArgumentHelp(
            "NAME@HOST[,HOST…][:POSITION[,POSITION…]]: a secret the agent may use, as a placeholder. Repeatable.",
            valueName: "name@host"))
    var secrets: [SecretArgument] = []

    @Option(
        name: .customLong("env"),
        help: ArgumentHelp(
            "NAME=VALUE for the agent's environment. Repeatable. Never a secret.", valueName: "name=value"))
    var environment: [EnvironmentArgument] = []

    /// Whether any flag was given.
    var isEmpty: Bool {
        template == nil && image == nil && allowed.isEmpty && secrets.isEmpty && environment.isEmpty
    }

    func agent(named name: String, command: [String]) throws -> Agent {
        var spec = AgentSpec()
        spec.template = template
        spec.image = image
        spec.command = command.isEmpty ? nil : command
        spec.env = environment.isEmpty ? nil : environment.map(\.variable)
        spec.secrets = secrets.isEmpty ? nil : secrets.map(\.secret)
        spec.egress = allowed.isEmpty ? nil : Egress(allow: allowed.map(\.rule))
        return Agent(metadata: ObjectMeta(name: name), spec: spec)
    }
}
