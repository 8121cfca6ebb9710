import Foundation
public import PalanaCore

/// Verifies audit files: every line's seal, the order of the chain over files, restarts and replicas, and the
/// checkpoints' signatures. Reads line by line, so that its memory doesn't grow with the files.
public struct AuditVerifier: Sendable {
    /// The keys that checkpoints may be signed with.
    public var keys: CheckpointKeys
    /// Whether keys count, too, that lie beside the files or came with what was shipped. Whoever can change the one can
    /// change the other: keys from elsewhere prove more.
    public var takesFoundKeys = false
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
        try anchored(in: folder.path) { () throws(AuditFailure) -> AuditVerification in try chains(in: folder) }
    }

    /// One file, wherever it begins: an audit file, an export of the lines of several chains, or what a receiver of
    /// OTLP/HTTP wrote down (JSON, a request a line).
    public func verify(file path: String) throws(AuditFailure) -> AuditVerification {
        try anchored(in: path) { () throws(AuditFailure) -> AuditVerification in
            if try ReceivedRecords.isExport(path) { return try received([path]) }
            var verifier = self
            if takesFoundKeys {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
                verifier.keys.add(try AuditFolder(folder).publishedKeys())
            }
            var pass = VerificationPass(verifier)
            try pass.read(path)
            return pass.end()
        }
    }

    /// All there is below a folder: audit folders, each by itself, and what receivers wrote down, all together.
    public func verify(below path: String) throws(AuditFailure) -> AuditVerification {
        try anchored(in: path) { () throws(AuditFailure) -> AuditVerification in
            let found = try AuditFiles(below: path)
            guard !found.folders.isEmpty || !found.exports.isEmpty else {
                throw AuditFailure("There are no audit files below \(path)")
            }
            var result = AuditVerification()
            for folder in found.folders { result.add(try chains(in: folder)) }
            if !found.exports.isEmpty { result.add(try received(found.exports)) }
            return result
        }
    }

    private func anchored(
        in place: String, _ body: () throws(AuditFailure) -> AuditVerification
    ) throws(AuditFailure) -> AuditVerification {
        var result = try body()
        result.require(anchor, in: place)
        return result
    }

    private func chains(in folder: AuditFolder) throws(AuditFailure) -> AuditVerification {
        var verifier = self
        if takesFoundKeys { verifier.keys.add(try folder.publishedKeys()) }
        // Before the files: a writer may be at work, and its next checkpoint covers lines that aren't read here.
        let heads = try folder.publishedHeads()
        let names = try folder.segments()
        guard !names.isEmpty else { throw AuditFailure("There are no audit files in \(folder.path)") }
        var pass = VerificationPass(verifier)
        for name in names {
            pass.announce(name, path: folder.file(name))
            try pass.read(folder.file(name))
        }
        for head in heads { pass.checkHead(head, path: folder.head(of: head.replica)) }
        return pass.end()
    }

    private func received(_ files: [String]) throws(AuditFailure) -> AuditVerification {
        var records = try ReceivedRecords()
        for file in files { try records.add(file) }
        var verifier = self
        if takesFoundKeys {
            let source = "A key in \(files.joined(separator: ", "))"
            for key in records.keys { try verifier.keys.add(pem: key, from: source) }
        }
        var pass = VerificationPass(verifier)
        try pass.read(records)
        return pass.end()
    }
}
