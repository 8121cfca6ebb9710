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

    @Argument(help: "agent, template, policy or kill.")
    var kind: String

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        let operations = try platform.operations()
        let resource = try await operations.get(ResourceKey(try ResourceKind(asked: kind), name))
        let lines = ResourceDescription.lines(of: resource, template: try await template(of: resource, operations))
        Terminal.write(lines.map(Terminal.visible).joined(separator: "\n"))
    }

    /// The template that an agent builds on; nil when it names none, or one that is gone.
    private func template(
        of resource: Resource, _ operations: any PlatformOperations
    ) async throws -> AgentTemplate? {
        guard case .agent(let agent) = resource, let name = agent.spec.template else { return nil }
        do {
            guard case .agentTemplate(let template) = try await operations.get(ResourceKey(.agentTemplate, name)) else {
                return nil
            }
            return template
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }
}
