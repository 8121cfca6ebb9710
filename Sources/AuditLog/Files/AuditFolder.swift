import Foundation
import Glibc
public import PalanaCore

/// Where an audit log keeps its things:
/// ```
/// audit-local-0000000000000001-20260131.jsonl   the records, by sequence number of the first and by day
/// head-local.json                               the newest checkpoint
/// shipped-local.json                            how far records were shipped elsewhere
/// checkpoint-KEYID.pub.pem                      public half of the key that signs checkpoints
/// index.sqlite                                  the query index; can be deleted at any time
/// private/                                      0700: checkpoint-key.pem, reserve-local, lock-local
/// ```
public struct AuditFolder: Hashable, Sendable {
    public let path: String

    public init(_ path: String) {
        self.path = path
    }

    var privatePlace: String { path + "/private" }
    var privateKey: String { privatePlace + "/checkpoint-key.pem" }
    func publicKey(_ id: String) -> String { path + "/checkpoint-\(id).pub.pem" }
    func head(of replica: String) -> String { path + "/head-\(replica).json" }
    func cursor(of replica: String) -> String { path + "/shipped-\(replica).json" }
    func reserve(of replica: String) -> String { privatePlace + "/reserve-\(replica)" }
    func lock(of replica: String) -> String { privatePlace + "/lock-\(replica)" }
    public var index: String { path + "/index.sqlite" }
    func file(_ name: SegmentName) -> String { path + "/" + name.fileName }

    func make() throws(AuditFailure) {
        for place in [path, privatePlace] {
            do {
                try FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try system("set the mode of", place) { Int(chmod(place, 0o700)) }
            } catch {
                let reason = (error as? FileProblem)?.sentence ?? "\(error.localizedDescription)"
                throw AuditFailure("The audit folder \(place) can't be made: \(reason)")
            }
        }
    }

    /// All audit files, in order.
    public func segments() throws(AuditFailure) -> [SegmentName] {
        try names().compactMap(SegmentName.init(fileName:)).sorted()
    }

    func segments(of replica: String) throws(AuditFailure) -> [SegmentName] {
        try segments().filter { $0.replica == replica }
    }

    /// The public keys that lie beside the files. Whoever can change the files can change these too: a key from
    /// elsewhere proves more.
    public func publishedKeys() throws(AuditFailure) -> CheckpointKeys {
        var keys = CheckpointKeys()
        for (name, text) in try publishedKeyTexts() { try keys.add(pem: text, from: path + "/" + name) }
        return keys
    }

    /// The same as files' names and PEM.
    func publishedKeyTexts() throws(AuditFailure) -> [(name: String, text: String)] {
        var texts: [(name: String, text: String)] = []
        for name in try names().sorted() where name.hasPrefix("checkpoint-") && name.hasSuffix(".pub.pem") {
            texts.append((name, try text(of: name)))
        }
        return texts
    }

    private func text(of name: String) throws(AuditFailure) -> String {
        do {
            return String(decoding: try SmallFile.read(path + "/" + name) ?? [], as: UTF8.self)
        } catch {
            throw AuditFailure(error.sentence)
        }
    }

    /// The newest checkpoint that the writer has put beside the files; nil when there is none yet.
    public func publishedHead(of replica: String) throws(AuditFailure) -> AuditCheckpoint? {
        do {
            guard let bytes = try SmallFile.read(head(of: replica)) else { return nil }
            return try JSONDecoder().decode(AuditCheckpoint.self, from: Data(bytes))
        } catch {
            throw AuditFailure(
                "\(head(of: replica)) is no checkpoint: \((error as? FileProblem)?.sentence ?? "not its JSON")")
        }
    }

    /// Of all chains.
    func publishedHeads() throws(AuditFailure) -> [AuditCheckpoint] {
        var heads: [AuditCheckpoint] = []
        for name in try names().sorted() where name.hasPrefix("head-") && name.hasSuffix(".json") {
            if let head = try publishedHead(of: String(name.dropFirst(5).dropLast(5))) { heads.append(head) }
        }
        return heads
    }

    private func names() throws(AuditFailure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw AuditFailure("The audit folder \(path) can't be read: \(error.localizedDescription)")
        }
    }

    /// Makes a new file's name outlive a power cut.
    func sync() throws(FileProblem) {
        let descriptor = Int32(try system("open", path) { Int(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) })
        defer { close(descriptor) }
        try system("sync", path) { Int(fsync(descriptor)) }
    }
}
