import ArgumentParser
import PlatformAPI

struct AgentStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start an agent's own command in the background.",
        discussion: "palana start demo")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var name: String

    func run() async throws {
        let _: Done = try await platform.client().send(.post, ["v1", "agents", name, "start"])
        Terminal.write("agent/\(name) started")
    }
}
