import ArgumentParser
import PlatformAPI

struct AgentResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Start a suspended agent again.", discussion: "palana resume demo")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var name: String

    func run() async throws {
        let _: Done = try await platform.client().send(.post, ["v1", "agents", name, "resume"])
        Terminal.write("agent/\(name) resumed")
    }
}
