import ArgumentParser

struct Policy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, test and explain policies.",
        subcommands: [PolicyCheck.self, PolicyTest.self, PolicyExplain.self])
}
