import PalanaCore

/// Finds where a chain ended: after an orderly stop, a kill, or a power cut. Reads the end of the newest file alone.
struct ChainRecovery {
    private(set) var head = ChainHead()
    /// The file to go on in and the bytes of whole lines in it; nil when a new file is to be begun.
    private(set) var segment: (name: SegmentName, size: Int)?
    /// The file that ends in a torn line, how much of it is whole, and how many bytes aren't.
    private(set) var torn: (name: SegmentName, whole: Int, lost: Int)?
    /// What is wrong with the newest file, when its last whole line isn't intact. It stays as it is then, for
    /// `audit verify`, and the chain goes on after the last intact line in a file of its own.
    private(set) var damage: String?

    init(of replica: String, in folder: AuditFolder) throws(AuditFailure) {
        for name in try folder.segments(of: replica).reversed() {
            let ending: FileEnding
            do {
                ending = try FileEnding(folder.file(name))
            } catch {
                throw AuditFailure(error.sentence)
            }
            if ending.tornBytes > 0, torn == nil { torn = (name, ending.wholeBytes, ending.tornBytes) }
            guard ending.wholeBytes > 0 else { continue }
            try goOn(after: ending, in: name, of: folder)
            return
        }
    }

    private mutating func goOn(after ending: FileEnding, in name: SegmentName, of folder: AuditFolder)
        throws(AuditFailure)
    {
        guard let last = ending.lastIntact else {
            throw AuditFailure(
                "\(folder.file(name)) ends in no intact audit line, so its chain can't go on; restore it, or move all audit "
                    + "files elsewhere to begin a new chain")
        }
        head = ChainHead(seal: last.seal, sequence: last.stamp.sequence, checkpoint: 0)
        if ending.isLastIntact {
            segment = (name, ending.wholeBytes)
        } else {
            damage = "\(folder.file(name)) ends in a damaged line"
        }
    }
}

/// The last lines of one file.
private struct FileEnding {
    /// Up to and with the last newline.
    private(set) var wholeBytes = 0
    /// After it.
    private(set) var tornBytes = 0
    private(set) var lastIntact: ParsedLine?
    /// Whether no line that isn't intact follows `lastIntact`.
    private(set) var isLastIntact = false

    init(_ path: String) throws(FileProblem) {
        let size = try fileSize(path)
        let start = max(0, size - 2 * LineReader.longestLine)
        var reader = try LineReader(path, from: start)
        var isWholeFromStart = start == 0
        while let line = try reader.next() {
            // The first piece may be the end of a line.
            defer { isWholeFromStart = true }
            if line.isWhole {
                wholeBytes = reader.offset
                tornBytes = 0
                if isWholeFromStart { take(line.bytes) }
            } else {
                tornBytes += line.bytes.count
            }
        }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        let parsed = ParsedLine(line)
        isLastIntact = parsed?.isIntact == true
        if let parsed, parsed.isIntact { lastIntact = parsed }
    }
}
