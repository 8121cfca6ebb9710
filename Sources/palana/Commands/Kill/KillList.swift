import ArgumentParser
import Manifests
import PalanaCore
import PlatformAPI

struct KillList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kills", abstract: "List the kill switches and whom they have reached.",
        discussion: """
            palana kills
              palana kills --agents
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "A line for each agent that was reached, with how long that took.")
    var agents = false

    func run() async throws {
        let resources = try await platform.operations().list(.killSwitch)
        switch output.output {
        case .json: Terminal.write(try ManifestEncoder().json(list: resources))
        case .yaml: Terminal.write(try ManifestEncoder().yaml(resources))
        case .table where resources.isEmpty: Terminal.write("No agent is killed.")
        case .table where agents:
            Terminal.write(
                KillEffect.table(
                    resources.compactMap { if case .killSwitch(let kill) = $0 { kill } else { nil } }))
        case .table: Terminal.write(ResourceTable.of(resources).rendered())
        }
    }
}
