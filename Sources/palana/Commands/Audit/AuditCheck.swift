import ArgumentParser
import AuditLog
import PalanaCore

/// `palana audit verify`.
struct AuditCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that nobody edited, removed or reordered audit events.",
        discussion: """
            palana audit verify
              palana audit verify --head 3f2a…            a hash kept elsewhere: finds a cut tail too
              palana audit verify exported.jsonl

            Exit code 1 when something is wrong; the first bad line is named.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp("The hash of a record known from elsewhere; it must stand in the chain.", valueName: "hash"))
    var head: String?

    @Argument(help: "One file instead of the whole audit folder.")
    var file: String?

    func run() async throws {
        let folder = try platform.auditFolder()
        let verification: AuditVerification
        do {
            let verifier = AuditVerifier(keys: try folder.publishedKeys(), anchor: try anchor())
            verification =
                try file.map { file throws(AuditFailure) in try verifier.verify(file: file) } ?? verifier.verify(folder)
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        }
        try output.print(verification) { text(verification) }
        if !verification.isSound { throw ExitStatus.failed.code }
    }

    private func anchor() throws -> ChainHash? {
        guard let head else { return nil }
        guard let anchor = ChainHash(rawValue: head) else {
            throw CommandFailure(.usage, "--head: 64 lower-case hex digits are expected")
        }
        return anchor
    }

    private func text(_ verification: AuditVerification) -> String {
        let chains = verification.chains.map {
            "chain \($0.replica): records \($0.firstSequence)–\($0.lastSequence), head \($0.head)"
        }
        return ([verification.summary] + chains).map(Terminal.visible).joined(separator: "\n")
    }
}
