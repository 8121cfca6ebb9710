import Certificates
import Foundation

/// The live leaves by the name that Envoy asked for, and what they are charged to: no locks, no clock, no keys of its
/// own. Every operation takes the time of asking; eviction drops the least recently asked-for.
struct LeafCache: Sendable {
    enum Answer: Sendable {
        case leaf(Leaf)
        /// Not in the cache and within budget: mint it and `keep` it.
        case mint
        case overBudget
    }

    private struct Entry: Sendable {
        var leaf: Leaf
        var claim: HostClaim
        var used: UInt64
    }

    private let budget: LeafBudget
    private var entries: [String: Entry] = [:]
    private var counts: [HostClaim: Int] = [:]
    private var buckets: [HostClaim: TokenBucket] = [:]
    private var all: TokenBucket
    private var clock: UInt64 = 0

    init(budget: LeafBudget, at now: ContinuousClock.Instant) {
        self.budget = budget
        all = TokenBucket(burst: budget.total.burst, rate: budget.total.rate, at: now)
    }

    var count: Int { entries.count }

    /// - Parameter freshUntil: leaves that end before are minted anew.
    mutating func ask(
        _ name: String, claim: HostClaim, freshUntil: Date, at now: ContinuousClock.Instant
    ) -> Answer {
        clock += 1
        if var entry = entries[name], entry.leaf.notAfter >= freshUntil {
            entry.used = clock
            entries[name] = entry
            return .leaf(entry.leaf)
        }
        return takeToken(claim, at: now) ? .mint : .overBudget
    }

    /// - Returns: names that had to go for it.
    mutating func keep(_ leaf: Leaf, as name: String, claim: HostClaim) -> [String] {
        remove(name)
        var evicted: [String] = []
        if counts[claim, default: 0] >= liveLimit(claim), let old = oldest(where: { $0.claim == claim }) {
            evicted.append(old)
            remove(old)
        }
        if entries.count >= budget.total.live, let old = oldest(where: { _ in true }) {
            evicted.append(old)
            remove(old)
        }
        clock += 1
        entries[name] = Entry(leaf: leaf, claim: claim, used: clock)
        counts[claim, default: 0] += 1
        return evicted
    }

    private mutating func remove(_ name: String) {
        guard let entry = entries.removeValue(forKey: name) else { return }
        let left = counts[entry.claim, default: 1] - 1
        counts[entry.claim] = left > 0 ? left : nil
    }

    /// A walk over at most 4,000 entries, and only when a budget is full and a token was paid.
    private func oldest(where belongs: (Entry) -> Bool) -> String? {
        entries.filter { belongs($0.value) }.min { $0.value.used < $1.value.used }?.key
    }

    private func liveLimit(_ claim: HostClaim) -> Int {
        switch claim {
        case .exact: budget.total.live
        case .wildcard: budget.wildcard.live
        case .unnamed: budget.unnamed.live
        }
    }

    private mutating func takeToken(_ claim: HostClaim, at now: ContinuousClock.Instant) -> Bool {
        let allowance: LeafBudget.Allowance? =
            switch claim {
            case .exact: nil
            case .wildcard: budget.wildcard
            case .unnamed: budget.unnamed
            }
        if let allowance {
            var bucket = buckets[claim] ?? TokenBucket(burst: allowance.burst, rate: allowance.rate, at: now)
            guard bucket.take(at: now) else { return false }
            if buckets.count >= 1_000 { buckets = buckets.filter { !$0.value.isFull(at: now) } }
            buckets[claim] = bucket
        }
        return all.take(at: now)
    }
}
