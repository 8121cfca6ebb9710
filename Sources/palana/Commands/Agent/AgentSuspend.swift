import ArgumentParser
import PlatformAPI

struct AgentSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Stop an agent; /data, placeholders and policy are kept.",
        discussion: "palana suspend demo")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var name: String

    func run() async throws {
        let _: Done = try await platform.client().send(.post, ["v1", "agents", name, "suspend"])
        Terminal.write("agent/\(name) suspended")
    }
}
