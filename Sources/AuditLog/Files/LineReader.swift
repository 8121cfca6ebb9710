import Glibc

/// Reads a file line by line in bounded memory.
struct LineReader {
    struct Line {
        /// Without the newline.
        var bytes: ArraySlice<UInt8>
        /// Of its first byte in the file.
        var offset: Int
        /// False for a last line that has no newline (yet), and for one that is longer than any of ours.
        var isWhole: Bool
    }

    /// Longer lines are none of ours: a record's fields are bounded.
    static let longestLine = 1 << 18

    let path: String
    private let longest: Int
    private let file: InputFile
    private var buffer: [UInt8] = []
    /// What of `buffer` isn't handed out yet.
    private var start = 0
    /// Of `buffer[start]` in the file.
    private(set) var offset: Int

    /// - Parameter longest: lines that are longer come in pieces, none of them whole.
    init(_ path: String, from offset: Int = 0, longest: Int = Self.longestLine) throws(FileProblem) {
        self.path = path
        self.longest = longest
        self.offset = offset
        file = try InputFile(path)
        try file.seek(to: offset)
    }

    /// The next line, or nil at the end of the file.
    mutating func next() throws(FileProblem) -> Line? {
        var searched = 0
        while true {
            if let length = newline(after: searched) { return take(length, isWhole: true) }
            searched = buffer.count - start
            if searched > longest { return take(searched, isWhole: false) }
            guard try fill() else { return searched == 0 ? nil : take(searched, isWhole: false) }
        }
    }

    /// The next line; one without an end gets the time to be finished by a writer that is at work.
    mutating func nextWhole(within patience: Duration) throws(FileProblem) -> Line? {
        let deadline = ContinuousClock.now + patience
        guard var line = try next() else { return nil }
        while !line.isWhole, line.bytes.count <= longest, ContinuousClock.now < deadline {
            usleep(10_000)
            try goBack(to: line.offset)
            guard let again = try next() else { return nil }
            line = again
        }
        return line
    }

    private mutating func goBack(to offset: Int) throws(FileProblem) {
        try file.seek(to: offset)
        buffer = []
        start = 0
        self.offset = offset
    }

    /// How long the line is when its end is in the buffer.
    private func newline(after searched: Int) -> Int? {
        let begin = start
        return buffer.withUnsafeBytes { bytes -> Int? in
            guard let base = bytes.baseAddress, begin + searched < bytes.count else { return nil }
            let found = memchr(base + begin + searched, 0x0A, bytes.count - begin - searched)
            return found.map { UnsafeRawPointer($0) - base - begin }
        }
    }

    private mutating func take(_ length: Int, isWhole: Bool) -> Line {
        let line = Line(bytes: buffer[start..<(start + length)], offset: offset, isWhole: isWhole)
        let used = isWhole ? length + 1 : length
        start += used
        offset += used
        return line
    }

    private mutating func fill() throws(FileProblem) -> Bool {
        buffer.removeFirst(start)
        start = 0
        let more = try file.read(atMost: 1 << 18)
        buffer.append(contentsOf: more)
        return !more.isEmpty
    }
}
