import Crypto
import Foundation
public import PalanaCore

/// Signs checkpoints with a P-256 key that never leaves the audit folder's private place.
struct CheckpointSigner: Sendable {
    let keyID: String
    private let key: P256.Signing.PrivateKey

    /// Reads the key, or makes it at the first start; the public half is put beside the audit files.
    init(folder: AuditFolder) throws(AuditFailure) {
        do {
            key = try Self.readOrMake(folder.privateKey)
            keyID = Self.id(of: key.publicKey)
            try SmallFile.write(Array(key.publicKey.pemRepresentation.utf8), to: folder.publicKey(keyID), mode: 0o644)
        } catch let failure as AuditFailure {
            throw failure
        } catch {
            throw AuditFailure("The audit log's checkpoint key \(folder.privateKey) can't be used: \(error)")
        }
    }

    private static func readOrMake(_ path: String) throws -> P256.Signing.PrivateKey {
        if let text = try SmallFile.read(path) {
            guard let key = try? P256.Signing.PrivateKey(pemRepresentation: String(decoding: text, as: UTF8.self))
            else {
                throw AuditFailure(
                    "The audit log's checkpoint key \(path) is no P-256 key in PEM; restore it or move it away")
            }
            return key
        }
        let key = P256.Signing.PrivateKey()
        try SmallFile.write(Array(key.pemRepresentation.utf8), to: path, mode: 0o600)
        return key
    }

    static func id(of key: P256.Signing.PublicKey) -> String {
        String(hexText(SHA256.hash(data: key.x963Representation)).prefix(16))
    }

    func sign(_ stamp: ChainStamp, time: Int) throws -> AuditCheckpoint {
        var checkpoint = AuditCheckpoint(
            replica: stamp.replica, boot: stamp.boot, sequence: stamp.sequence - 1, hash: stamp.previous, time: time,
            key: keyID, signature: "")
        checkpoint.signature = try key.signature(for: Data(checkpoint.statement)).rawRepresentation
            .base64EncodedString()
        return checkpoint
    }
}

/// The public keys that checkpoints may be signed with.
public struct CheckpointKeys: Sendable {
    private var keys: [String: P256.Signing.PublicKey] = [:]

    public init() {}

    public var ids: [String] { keys.keys.sorted() }

    /// Adds a public key in PEM; `source` names it in the error.
    public mutating func add(pem: String, from source: String) throws(AuditFailure) {
        guard let key = try? P256.Signing.PublicKey(pemRepresentation: pem) else {
            throw AuditFailure("\(source) is no P-256 public key in PEM")
        }
        keys[CheckpointSigner.id(of: key)] = key
    }

    public mutating func add(_ other: CheckpointKeys) {
        keys.merge(other.keys) { $1 }
    }

    /// Whether the signature is that of a key in here.
    func verify(_ checkpoint: AuditCheckpoint) -> Bool {
        guard let key = keys[checkpoint.key], let raw = Data(base64Encoded: checkpoint.signature),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
        else { return false }
        return key.isValidSignature(signature, for: Data(checkpoint.statement))
    }

    func knows(_ id: String) -> Bool {
        keys[id] != nil
    }
}
