import ArgumentParser
import AuditLog
import Foundation
import LocalPlatform
import PalanaCore

/// `palana audit verify`.
struct AuditCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Prove that nobody edited, removed or reordered audit events.",
        discussion: """
            palana audit verify
              palana audit verify --head 3f2a…            a hash kept elsewhere: finds a cut tail too
              palana audit verify exported.jsonl          a file of records
              palana audit verify --key 3f2a….pub.pem chains/   all chains below a folder

            A folder may hold copies of audit folders, and what a receiver of OTLP/HTTP wrote down: JSON, a request a line; \
            what came twice counts once there. Without --key the keys count that lie beside the files or came along with \
            what was shipped.

            Exit code 1 when something is wrong; the first bad line is named.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Option(
        help: ArgumentHelp("The hash of a record known from elsewhere; it must stand in the chain.", valueName: "hash"))
    var head: String?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            "A public key that checkpoints may be signed with, PEM; none but those given are. Repeatable.",
            valueName: "file"))
    var keyFiles: [String] = []

    @Argument(help: "A file or folder instead of the platform's audit folder.")
    var place: String?

    func run() async throws {
        let verification: AuditVerification
        do {
            verification = try verify()
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        }
        try output.print(verification) { text(verification) }
        if !verification.isSound { throw ExitStatus.failed.code }
    }

    private func verify() throws -> AuditVerification {
        var verifier = AuditVerifier(keys: try keys(), anchor: try anchor())
        verifier.takesFoundKeys = keyFiles.isEmpty
        guard let place else { return try verifier.verify(try platform.auditFolder()) }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            throw CommandFailure(.notFound, "there is no \(place)")
        }
        return isFolder.boolValue ? try verifier.verify(below: place) : try verifier.verify(file: place)
    }

    /// Those given; else, for a file that was carried elsewhere, the platform's own if there is one.
    private func keys() throws -> CheckpointKeys {
        var keys = CheckpointKeys()
        for file in keyFiles {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw CommandFailure(.notFound, "--key: \(file) can't be read")
            }
            try keys.add(pem: text, from: file)
        }
        guard keyFiles.isEmpty, place != nil else { return keys }
        let own = try platform.folder().auditFolder
        return FileManager.default.fileExists(atPath: own) ? try AuditFolder(own).publishedKeys() : keys
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
