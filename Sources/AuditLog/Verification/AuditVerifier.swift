import Foundation
public import PalanaCore

/// Verifies audit files: every line's seal, the order of the chain over files, restarts and replicas, and the
/// checkpoints' signatures. Reads line by line, so that its memory doesn't grow with the files.
public struct AuditVerifier: Sendable {
    /// The keys that checkpoints may be signed with.
    public var keys: CheckpointKeys
    /// A seal known from elsewhere (`--head`), or that of a checkpoint kept elsewhere. It must stand in a chain; then
    /// nothing up to it was cut off.
    public var anchor: ChainHash?
    /// Most records that may follow each other without a checkpoint: what the writer allows, and some for restarts.
    public var longestUnsigned: Int

    public init(keys: CheckpointKeys, anchor: ChainHash? = nil, checkpointEvery: Int = 1_000) {
        self.keys = keys
        self.anchor = anchor
        longestUnsigned = checkpointEvery + 24
    }

    /// All chains of a folder, from their first record on. Throws when something can't be read.
    public func verify(_ folder: AuditFolder) throws(AuditFailure) -> AuditVerification {
        // Before the files: a writer may be at work, and its next checkpoint covers lines that aren't read here.
        let heads = try folder.publishedHeads()
        let names = try folder.segments()
        guard !names.isEmpty else { throw AuditFailure("There are no audit files in \(folder.path)") }
        var pass = VerificationPass(self)
        for name in names {
            pass.announce(name, path: folder.file(name))
            try pass.read(folder.file(name))
        }
        for head in heads { pass.checkHead(head, path: folder.head(of: head.replica)) }
        return pass.end()
    }

    /// One file, or one export of several chains, wherever it begins.
    public func verify(file path: String) throws(AuditFailure) -> AuditVerification {
        var pass = VerificationPass(self)
        try pass.read(path)
        return pass.end()
    }
}
