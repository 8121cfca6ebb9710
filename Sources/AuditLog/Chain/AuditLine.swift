import Crypto
import PalanaCore

/// The bytes of one line and its seal.
///
/// A line is one OCSF record in canonical JSON. `unmapped` is its last member and has three of its own:
/// `chain` (boot, prev, replica, seq), `palana` (our fields) and `seal`. The seal is the SHA-256 of the line without
/// `,"seal":"…"`; since `chain.prev` is inside, each seal stands for the whole chain before it.
enum AuditLine {
    static let chainMark = #""unmapped":{"chain":{"boot":""#
    static let sealMark = #","seal":""#
    /// After the seal.
    static let end = "\"}}"
    /// What follows the hashed part in place of the seal.
    static let hashedEnd = "}}"

    /// Appends one whole line, newline included, and returns its seal.
    static func write(_ record: RenderedRecord, at stamp: ChainStamp, to out: inout [UInt8]) -> ChainHash {
        let start = out.count
        out.append(contentsOf: record.attributes)
        write(stamp, to: &out)
        out.append(contentsOf: record.palana)
        let seal = seal(of: out[start...])
        out.append(contentsOf: sealMark.utf8)
        out.append(contentsOf: seal.rawValue.utf8)
        out.append(contentsOf: end.utf8)
        out.append(UInt8(ascii: "\n"))
        return seal
    }

    private static func write(_ stamp: ChainStamp, to out: inout [UInt8]) {
        out.append(contentsOf: stamp.boot.utf8)
        out.append(contentsOf: #"","prev":""#.utf8)
        out.append(contentsOf: stamp.previous.rawValue.utf8)
        out.append(contentsOf: #"","replica":""#.utf8)
        out.append(contentsOf: stamp.replica.utf8)
        out.append(contentsOf: #"","seq":"#.utf8)
        out.append(contentsOf: String(stamp.sequence).utf8)
        out.append(contentsOf: #"},"palana":"#.utf8)
    }

    /// - Parameter body: the line up to its seal.
    static func seal(of body: ArraySlice<UInt8>) -> ChainHash {
        var hash = SHA256()
        body.withUnsafeBytes { hash.update(bufferPointer: $0) }
        hash.update(data: Array(hashedEnd.utf8))
        return ChainHash(hash.finalize())
    }
}

/// A record made into bytes, but for its place in the chain: made by the caller, before its turn to write.
struct RenderedRecord: Sendable {
    /// The line up to the value of `unmapped.chain.boot`.
    var attributes: [UInt8]
    /// The value of `unmapped.palana`.
    var palana: [UInt8]

    init(_ record: OCSFRecord) {
        attributes = [UInt8(ascii: "{")]
        attributes.reserveCapacity(1024)
        record.attributes.writeMembers(to: &attributes)
        attributes.append(UInt8(ascii: ","))
        attributes.append(contentsOf: AuditLine.chainMark.utf8)
        palana = []
        palana.reserveCapacity(512)
        record.palana.write(to: &palana)
    }
}
