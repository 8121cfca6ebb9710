import ArgumentParser
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
        let client = try platform.client()
        for name in names {
            let _: Done = try await client.send(.delete, ["v1", "resources", "killswitch", name])
            Terminal.write("killswitch/\(name) released")
        }
    }
}
