import ArgumentParser
import PlatformAPI

/// What `start`, `suspend` and `resume` have in common: a verb on one agent.
struct AgentTurn<Verb: AgentVerb>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Verb.name, abstract: Verb.abstract, discussion: "palana \(Verb.name) demo")
    }

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The agent's name.")
    var name: String

    func run() async throws {
        try await Verb.act(on: name, try platform.operations())
        Terminal.write("agent/\(name) \(Verb.done)")
    }
}

/// One such verb.
protocol AgentVerb: Sendable {
    static var name: String { get }
    static var done: String { get }
    static var abstract: String { get }
    static func act(on agent: String, _ operations: any PlatformOperations) async throws
}

enum AgentStart: AgentVerb {
    static let name = "start"
    static let done = "started"
    static let abstract = "Start an agent's own command in the background."

    static func act(on agent: String, _ operations: any PlatformOperations) async throws {
        try await operations.start(agent: agent)
    }
}

enum AgentSuspend: AgentVerb {
    static let name = "suspend"
    static let done = "suspended"
    static let abstract = "Stop an agent; /data, placeholders and policy are kept."

    static func act(on agent: String, _ operations: any PlatformOperations) async throws {
        try await operations.suspend(agent: agent)
    }
}

enum AgentResume: AgentVerb {
    static let name = "resume"
    static let done = "resumed"
    static let abstract = "Start a suspended agent again."

    static func act(on agent: String, _ operations: any PlatformOperations) async throws {
        try await operations.resume(agent: agent)
    }
}
