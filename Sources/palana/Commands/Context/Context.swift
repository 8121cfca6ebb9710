import ArgumentParser

struct Context: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context",
        abstract: "Choose where commands act: on this machine or on a Kubernetes cluster.",
        subcommands: [ContextList.self, ContextUse.self, ContextCurrent.self])
}
