/// How shipping audit records is doing, for `status` and health.
public struct ShippingStatus: Hashable, Sendable {
    /// The last record that the receiver acknowledged; 0 for none.
    public var acknowledged = 0
    /// Records that wait for it.
    public var waiting = 0
    /// Records that it acknowledged as rejected.
    public var rejected = 0
    /// What it said of the last of them.
    public var rejection: String?
    /// Damaged lines that were passed over since the start.
    public var damaged = 0
    /// Why records are not shipped at the moment; nil when all is well.
    public var problem: String?

    public init() {}

    /// What somebody should know, in sentences; empty when all is well.
    public var remarks: [String] {
        var remarks: [String] = []
        if let problem { remarks.append("audit records are not shipped: \(problem); \(waiting) wait") }
        if rejected > 0 {
            let reason = rejection ?? "it didn't say why"
            remarks.append("\(rejected) audit records were rejected by the receiver: \(reason)")
        }
        if damaged > 0 { remarks.append("\(damaged) damaged audit lines were not shipped; see palana audit verify") }
        return remarks
    }
}
