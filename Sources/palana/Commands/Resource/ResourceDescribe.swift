import ArgumentParser
import Foundation
import PalanaCore
import PlatformAPI

/// Everything about one object, for people.
struct ResourceDescribe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show all there is to know about one object.",
        discussion: "palana describe agent demo")

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "agent, template or policy.")
    var kind: String

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        let resource: Resource = try await platform.client().get(["v1", "resources", kind, name])
        Terminal.write(ResourceDescription.lines(of: resource).map(Terminal.visible).joined(separator: "\n"))
    }
}
