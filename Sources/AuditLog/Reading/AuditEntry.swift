/// One line of an audit file.
public struct AuditEntry: Hashable, Sendable {
    /// The columns people need.
    public var row: AuditRow
    /// The line as it stands in the file, for programs.
    public var line: String
    /// Where it stands.
    public var file: SegmentName
    /// Of the line's first byte in its file.
    public var offset: Int
}

extension AuditEntry {
    /// Nil when it is no line of an audit log: `audit verify` tells of those, readers pass them over.
    init?(_ line: LineReader.Line, in file: SegmentName) {
        guard let row = try? AuditRow(line: line.bytes) else { return nil }
        self.init(row: row, line: String(decoding: line.bytes, as: UTF8.self), file: file, offset: line.offset)
    }
}
