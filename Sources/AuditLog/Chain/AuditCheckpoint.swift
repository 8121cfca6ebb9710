/// A signed statement that a chain had this head at this time. It stands in the chain as a record of its own, and the
/// newest also in `head-REPLICA.json` beside the files; kept elsewhere it is an anchor against a cut tail.
public struct AuditCheckpoint: Hashable, Sendable, Codable {
    public var replica: String
    public var boot: String
    /// Of the last line that is covered.
    public var sequence: Int
    /// The seal of that line.
    public var hash: ChainHash
    /// Milliseconds since 1970.
    public var time: Int
    /// Which key signed: the first 16 hex digits of the SHA-256 of its X9.63 form.
    public var key: String
    /// ECDSA P-256 with SHA-256 over `statement`, raw (r ‖ s), base64.
    public var signature: String

    enum CodingKeys: String, CodingKey {
        case replica, boot, hash, time, key, signature
        case sequence = "seq"
    }

    /// The signed bytes.
    var statement: [UInt8] {
        Array("palana-audit-checkpoint-1\n\(replica)\n\(boot)\n\(sequence)\n\(hash)\n\(time)\n\(key)\n".utf8)
    }
}
