import Foundation

/// Cuts a stream of bytes into lines. A line may come in any number of chunks; one longer than the limit ends it all.
struct LineSplitter: Sendable {
    /// A line grew over the limit.
    struct TooLong: Error, Hashable {
        var limit: Int
    }

    /// Longest line in bytes. An object has at most 1.5 MiB in etcd's own encoding; as JSON it is a few times that.
    let limit: Int
    private var rest = Data()

    init(limit: Int = 16 << 20) {
        self.limit = limit
    }

    /// The lines that `chunk` completes, without their ends; empty ones are left out. What comes after the last one is
    /// kept for the next chunk.
    mutating func add(_ chunk: some Collection<UInt8>) throws(TooLong) -> [Data] {
        var lines: [Data] = []
        var start = chunk.startIndex
        while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
            try take(chunk[start..<end])
            if !rest.isEmpty { lines.append(rest) }
            rest = Data()
            start = chunk.index(after: end)
        }
        try take(chunk[start...])
        return lines
    }

    /// The last line of a stream that ended; nil when nothing was left. It may be cut off.
    mutating func finish() -> Data? {
        defer { rest = Data() }
        return rest.isEmpty ? nil : rest
    }

    private mutating func take(_ piece: some Collection<UInt8>) throws(TooLong) {
        guard rest.count + piece.count <= limit else {
            rest = Data()
            throw TooLong(limit: limit)
        }
        rest.append(contentsOf: piece)
    }
}
