import PalanaCore

/// The name of one audit file: `audit-REPLICA-SEQUENCE-DAY.jsonl`. Sorted by the sequence number of the first line, so
/// that a clock that jumps back can't put files out of order.
public struct SegmentName: Hashable, Sendable, Comparable {
    public var replica: String
    /// Of the first line.
    public var firstSequence: Int
    /// `20260131`, UTC.
    public var day: String

    init(replica: String, firstSequence: Int, day: String) {
        self.replica = replica
        self.firstSequence = firstSequence
        self.day = day
    }

    /// Nil for names that aren't audit files'.
    init?(fileName: String) {
        guard fileName.hasPrefix("audit-"), fileName.hasSuffix(".jsonl") else { return nil }
        let parts = fileName.dropFirst(6).dropLast(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let day = parts.last, day.count == 8, Int(day) != nil,
            parts[parts.count - 2].count == Self.digits, let first = Int(parts[parts.count - 2]), first > 0
        else { return nil }
        self.init(replica: parts.dropLast(2).joined(separator: "-"), firstSequence: first, day: String(day))
        guard self.fileName == fileName else { return nil }
    }

    private static let digits = 16

    public var fileName: String {
        let number = String(firstSequence)
        let padding = String(repeating: "0", count: max(0, Self.digits - number.count))
        return "audit-\(replica)-\(padding)\(number)-\(day).jsonl"
    }

    public static func < (left: SegmentName, right: SegmentName) -> Bool {
        (left.replica, left.firstSequence, left.day) < (right.replica, right.firstSequence, right.day)
    }
}
