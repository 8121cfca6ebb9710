/// How an audit log is doing, for `status` and `doctor`.
public struct AuditStatus: Hashable, Sendable, Codable {
    /// Of the last record.
    public var sequence: Int
    /// The seal of the last record: kept elsewhere, an anchor for `audit verify --head`.
    public var head: ChainHash
    public var checkpoint: AuditCheckpoint?
    /// Records that could not be written since the log was opened.
    public var lost: Int
    /// Why records are refused at the moment; nil when all is well.
    public var failure: String?
    /// Why there is no disk reserve although there should be one.
    public var reserveProblem: String?
}
