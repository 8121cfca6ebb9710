import PalanaCore

/// The last entries of a log, and where it ended; found from the ends of its newest files.
struct AuditEnding {
    private(set) var entries: [AuditEntry] = []
    private(set) var positions: [AuditFollower.Position] = []

    init(folder: AuditFolder, count: Int) throws(AuditFailure) {
        var missing: [String: Int] = [:]
        for name in try folder.segments().reversed() {
            let wanted = missing[name.replica] ?? count
            if wanted == 0, missing[name.replica] != nil { continue }
            do {
                let ending = try LastLines(of: folder.file(name), count: wanted)
                if missing[name.replica] == nil { positions.append(.init(file: name, offset: ending.end)) }
                missing[name.replica] = wanted - ending.lines.count
                entries += ending.lines.compactMap { AuditEntry($0, in: name) }
            } catch {
                throw AuditFailure(error.sentence)
            }
        }
        entries.sort { ($0.row.replica, $0.row.sequence) < ($1.row.replica, $1.row.sequence) }
        if missing.count > 1 { entries.sort { $0.row.time < $1.row.time } }
        entries = entries.suffix(count)
    }
}

/// The last whole lines of one file.
private struct LastLines {
    private(set) var lines: [LineReader.Line] = []
    /// Where the last whole line ends.
    private(set) var end = 0

    /// Looks at an end of the file that grows until it holds enough lines.
    init(of path: String, count: Int) throws(FileProblem) {
        let size = try fileSize(path)
        var window = 64 << 10
        repeat {
            window *= 4
            try read(path, from: max(0, size - window), count: count)
        } while lines.count < count && window < size
    }

    private mutating func read(_ path: String, from start: Int, count: Int) throws(FileProblem) {
        var reader = try LineReader(path, from: start)
        lines = []
        // What begins in the middle of a line is none.
        if start > 0 { _ = try reader.next() }
        end = reader.offset
        while let line = try reader.next(), line.isWhole {
            end = reader.offset
            lines.append(line)
        }
        lines = lines.suffix(count)
    }
}
