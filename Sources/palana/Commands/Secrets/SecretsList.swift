import ArgumentParser
import PalanaCore
import PlatformAPI

struct SecretsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List an agent's secrets, never their values.",
        discussion: "palana secrets list demo")

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "The agent's name.")
    var agent: String

    func run() async throws {
        let listings = try await platform.operations().secrets(agent: agent)
        try output.print(listings) {
            guard !listings.isEmpty else { return "agent \(agent) has no secrets; add one with: palana secrets add" }
            return Table(
                ["NAME", "MODE", "HOSTS", "IN", "PLACEHOLDER"],
                rows: listings.map { secret in
                    [
                        secret.name, secret.mode.rawValue, secret.hosts.joined(separator: ","),
                        secret.positions.map(\.rawValue).joined(separator: ","), secret.placeholder ?? "-",
                    ]
                }
            ).rendered()
        }
    }
}
