import ArgumentParser
import Foundation
import LocalPlatform
import PlatformAPI

/// `--state`, shared by all commands that talk to the platform of this machine.
struct PlatformOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The platform's state folder (default: $PALANA_STATE, else ~/.local/share/palana).", valueName: "folder"))
    var state: String?

    /// The folder, absolute.
    func folder() throws -> StateFolder {
        let path = state ?? StateFolder.defaultPath(environment: ProcessInfo.processInfo.environment)
        do {
            return try StateFolder(path: path)
        } catch {
            throw CommandFailure(.failed, error.description)
        }
    }

    func client() throws -> PlatformClient {
        PlatformClient(socketPath: try folder().apiSocket)
    }

    func attachClient() throws -> AttachClient {
        AttachClient(socketPath: try folder().attachSocket)
    }
}
