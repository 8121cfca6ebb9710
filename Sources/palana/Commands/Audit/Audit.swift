import ArgumentParser
import AuditLog
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
        AuditFolder(try folder().auditFolder)
    }
}
