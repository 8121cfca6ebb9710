/// Where a chain is: what the next line needs to know.
struct ChainHead: Hashable, Sendable {
    /// The seal of the last line.
    var seal = ChainHash.start
    /// Of the last line; 0 before the first.
    var sequence = 0
    /// Of the last checkpoint; 0 when there is none.
    var checkpoint = 0

    /// Lines that no checkpoint covers yet.
    var unsigned: Int { sequence - checkpoint }

    func stamp(boot: String, replica: String) -> ChainStamp {
        ChainStamp(boot: boot, previous: seal, replica: replica, sequence: sequence + 1)
    }
}
