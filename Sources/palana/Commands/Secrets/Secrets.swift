import ArgumentParser

struct Secrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets",
        abstract: "Give agents secrets that they can use but not read.",
        subcommands: [SecretsAdd.self, SecretsList.self, SecretsRotate.self, SecretsRemove.self])
}
