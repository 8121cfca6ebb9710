import ArgumentParser
import Foundation
import PlatformAPI

/// The one binary: the CLI, and every service as a subcommand.
@main
struct Palana: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "palana",
        abstract: "Run autonomous AI agents without trusting them.",
        discussion: """
            An agent runs in a sandbox whose only way out is a gateway that decides each request, puts secrets in that the \
            agent itself never holds, and keeps an audit trail.

              palana up --detach
              palana create demo --allow api.github.com --secret GITHUB_PAT@api.github.com
              palana secrets add demo GITHUB_PAT --host api.github.com --from-env GITHUB_PAT
              palana run demo -- python3 agent.py

            Exit codes: 0 ok, 1 failed, 2 usage, 3 denied, 4 not found, 5 unavailable; run and exec pass the command's \
            own code through. PALANA_STATE stands for --state, PALANA_CONTEXT for --context.
            """,
        version: PlatformVersion.current,
        groupedSubcommands: [
            CommandGroup(
                name: "Platform",
                subcommands: [
                    PlatformUp.self, PlatformDown.self, PlatformShow.self, PlatformDoctor.self, PlatformGateway.self,
                    PlatformOperator.self, PlatformAPIServer.self,
                ]),
            CommandGroup(
                name: "Agents",
                subcommands: [
                    AgentCreate.self, AgentRun.self, AgentExec.self, AgentTurn<AgentStart>.self,
                    AgentTurn<AgentSuspend>.self, AgentTurn<AgentResume>.self, AgentLogs.self,
                ]),
            CommandGroup(
                name: "Kill switches", subcommands: [KillOrder.self, KillRelease.self, KillList.self]),
            CommandGroup(
                name: "Resources",
                subcommands: [
                    ResourceApply.self, ResourceGet.self, ResourceDescribe.self, ResourceDelete.self,
                    ResourceDefinitions.self,
                ]),
            CommandGroup(
                name: "Secrets, policy, audit", subcommands: [Secrets.self, Policy.self, Audit.self]),
            CommandGroup(name: "Clusters", subcommands: [Context.self]),
            CommandGroup(name: "Shell", subcommands: [Completion.self]),
        ])

    /// Parses, runs, and turns what was thrown into one sentence and the documented exit code.
    static func main() async {
        do {
            try UnknownCommand.refuse(in: Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            CommandFailure.leave(ExitStatus.ok.rawValue)
        } catch {
            CommandFailure.exit(with: error)
        }
    }
}
