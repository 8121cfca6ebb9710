import ArgumentParser
import Foundation
import Glibc
import LocalPlatform
import PlatformAPI

/// Stops the platform of this machine in good order.
struct PlatformDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop the platform and all agents on this machine.",
        discussion: "palana down\n\nNothing is lost: the next up finds agents, secrets and audit as they were.")

    @OptionGroup var platform: PlatformOptions

    func run() async throws {
        let folder = try platform.folder()
        guard let pid = PlatformLock.holder(of: folder) else {
            Terminal.write("The platform is not running (\(folder.path)).")
            return
        }
        guard kill(pid, SIGTERM) == 0 else {
            throw CommandFailure(.failed, "can't stop process \(pid): \(String(cString: strerror(errno)))")
        }
        let deadline = ContinuousClock.now + .seconds(30)
        while PlatformLock.holder(of: folder) != nil {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure(.failed, "process \(pid) is still stopping after 30 s; see \(folder.logsFolder)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        Terminal.write("The platform is stopped.")
    }
}
