/// Where a line stands in its chain: `unmapped.chain`.
struct ChainStamp: Hashable, Sendable {
    /// Names the run of the process that wrote it: 32 hex digits.
    var boot: String
    /// The seal of the line before; `ChainHash.start` in the first.
    var previous: ChainHash
    /// Whose chain it is.
    var replica: String
    /// 1 for the first line of a chain, then one more for each.
    var sequence: Int
}
