import ArgumentParser
import AuditLog
import Foundation
import LocalPlatform

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read and verify the audit trail.",
        subcommands: [AuditFollow.self, AuditSearch.self, AuditCheck.self])
}

extension PlatformOptions {
    /// The audit files of this platform.
    func auditFolder() throws -> AuditFolder {
        let path = try folder().auditFolder
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .notFound,
                "there is no audit log at \(path): no platform has run with this state folder; name another "
                    + "with --state")
        }
        return AuditFolder(path)
    }
}
