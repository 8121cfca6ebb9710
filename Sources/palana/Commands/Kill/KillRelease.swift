import ArgumentParser
import PalanaCore
import PlatformAPI

struct KillRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Take kill switches back, so that their agents go on.",
        discussion: """
            palana release kill-demo-h3k9wz

            An agent is free when no other switch holds it. One that was frozen goes on where it stood; one that was \
            ended while it ran starts again.
            """)

    @OptionGroup var platform: PlatformOptions

    @Argument(help: "The switches' names; palana kills lists them.")
    var names: [String]

    func run() async throws {
        let operations = try platform.operations()
        for name in names {
            try await operations.delete(ResourceKey(.killSwitch, name))
            Terminal.write("killswitch/\(name) released")
        }
    }
}
