import ArgumentParser
import Foundation
import Manifests
import PalanaCore
import PlatformAPI

/// Lists objects of one kind, or shows one.
struct ResourceGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "List agents, templates, policies or kills.",
        discussion: """
            palana get agents
              palana get agent demo -o yaml
              palana get policies -o json
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "agents, templates, policies or kills.")
    var kind: String

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let operations = try platform.operations()
        let asked = try ResourceKind(asked: kind)
        let resources: [Resource]
        if let name {
            resources = [try await operations.get(ResourceKey(asked, name))]
        } else {
            resources = try await operations.list(asked)
        }
        switch output.output {
        case .table: Terminal.write(resources.isEmpty ? "No \(kind) yet." : ResourceTable.of(resources).rendered())
        case .yaml: Terminal.write(try ManifestEncoder().yaml(resources))
        case .json:
            let encoder = ManifestEncoder()
            Terminal.write(try name == nil ? encoder.json(list: resources) : encoder.json(resources[0]))
        }
    }
}
