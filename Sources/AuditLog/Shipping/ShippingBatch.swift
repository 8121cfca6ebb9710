import PalanaCore

/// Records that go out in one request.
struct ShippingBatch: Sendable {
    struct Record: Sendable {
        /// The exact bytes of its line, which are UTF-8.
        var line: String
        var sequence: Int
        var seal: ChainHash
    }

    /// Where a chain's files are read on from.
    struct Place: Hashable, Sendable {
        var file: SegmentName
        var offset: Int
    }

    private(set) var records: [Record] = []
    private(set) var bytes = 0
    /// Behind the last line that was looked at.
    var end: Place?
    /// Lines that are none of the chain's, or not as they were written: the first one's place and how many.
    private(set) var damage: (first: String, count: Int)?

    mutating func add(_ line: ParsedLine, _ text: ArraySlice<UInt8>) {
        records.append(
            Record(
                line: String(decoding: text, as: UTF8.self), sequence: line.stamp.sequence, seal: line.seal))
        bytes += text.count
    }

    mutating func passOver(_ place: String) {
        damage = (damage?.first ?? place, (damage?.count ?? 0) + 1)
    }

    /// Whether a further line fits; a first one always does.
    func hasRoom(for line: Int, records limit: Int, bytes most: Int) -> Bool {
        records.isEmpty || (records.count < limit && bytes + line <= most)
    }
}
