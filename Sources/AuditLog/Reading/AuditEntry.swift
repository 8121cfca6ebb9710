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
