import Foundation
import PalanaCore

/// How far a chain has been acknowledged by the receiver: `shipped-REPLICA.json` beside the files, written after each
/// acknowledgement. Without it everything that is there is shipped again, for twice is better than not at all.
struct ShippingCursor: Hashable, Sendable, Codable {
    /// Of the last record that was acknowledged; 0 before the first.
    var sequence = 0
    /// Its seal: another line with that number is of another chain.
    var seal = ChainHash.start
    /// Records that the receiver acknowledged as rejected.
    var rejected = 0
    /// What it said of the last of them.
    var rejection: String?

    enum CodingKeys: String, CodingKey {
        case seal, rejected, rejection
        case sequence = "seq"
    }

    /// Nil when there is none yet.
    static func read(_ path: String) throws(AuditFailure) -> ShippingCursor? {
        let bytes: [UInt8]?
        do {
            bytes = try SmallFile.read(path)
        } catch {
            throw AuditFailure(error.sentence)
        }
        guard let bytes else { return nil }
        guard let cursor = try? JSONDecoder().decode(ShippingCursor.self, from: Data(bytes)), cursor.sequence >= 0,
            cursor.rejected >= 0
        else { throw AuditFailure("\(path) doesn't say how far records were shipped") }
        return cursor
    }

    func write(_ path: String) throws(AuditFailure) {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try SmallFile.write(Array(try encoder.encode(self)) + [UInt8(ascii: "\n")], to: path, mode: 0o600)
        } catch {
            throw AuditFailure(
                "It can't be kept how far audit records were shipped. \((error as? FileProblem)?.sentence ?? "\(error)")"
            )
        }
    }
}
