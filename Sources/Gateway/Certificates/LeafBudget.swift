/// How many leaves may be minted and kept. Agents share one gateway, so none may crowd out another's leaves:
/// names that a rule names exactly are as many as the rules; names under one wildcard share that wildcard's budget;
/// names that nobody names share one small budget.
public struct LeafBudget: Sendable, Hashable {
    public struct Allowance: Sendable, Hashable {
        /// Leaves kept at a time.
        public var live: Int
        /// Leaves minted at once after a quiet time.
        public var burst: Double
        /// Leaves minted per second.
        public var rate: Double

        public init(live: Int, burst: Double, rate: Double) {
            self.live = live
            self.burst = burst
            self.rate = rate
        }
    }

    /// All leaves together.
    public var total: Allowance
    /// Each wildcard's suffix.
    public var wildcard: Allowance
    /// All names that no rule names.
    public var unnamed: Allowance

    public init(
        total: Allowance = Allowance(live: 4_000, burst: 2_000, rate: 500),
        wildcard: Allowance = Allowance(live: 1_000, burst: 200, rate: 20),
        unnamed: Allowance = Allowance(live: 200, burst: 100, rate: 10)
    ) {
        self.total = total
        self.wildcard = wildcard
        self.unnamed = unnamed
    }
}
