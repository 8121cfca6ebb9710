import PalanaCore

/// Decides which agent has which port: never two on one, and none that was another's a short while ago.
struct PortAllocation: Sendable, Hashable {
    /// An agent that is there.
    struct Claimant: Sendable, Hashable {
        var uid: String
        var created: Timestamp?
        /// As its status says.
        var port: Int?
        /// Whether it needs one; one that is being deleted only keeps what it has.
        var isAsking: Bool
    }

    /// As it is to be written down, before anything else is written.
    let ledger: PortLedger
    /// By uid: of all that have one.
    let ports: [String: Int]
    /// Those for whom there is none.
    let waiting: Set<String>
    /// When the first resting port is free again.
    let nextFree: Duration?

    init(
        _ before: PortLedger, for claimants: [Claimant], range: ClosedRange<Int>, rest: Duration, now: Timestamp
    ) {
        let alive = Set(claimants.map(\.uid))
        var entries = Self.settled(before, alive: alive, range: range, rest: rest, now: now)
        var ports: [String: Int] = [:]
        // In the order of ports: of two that one agent is said to have, it keeps the lower.
        for (port, entry) in entries.sorted(by: { $0.key < $1.key }) {
            guard case .held(let uid) = entry else { continue }
            if ports[uid] == nil { ports[uid] = port } else { entries[port] = .resting(since: now) }
        }
        let byAge = claimants.sorted { ($0.created?.seconds ?? 0, $0.uid) < ($1.created?.seconds ?? 0, $1.uid) }
        // What a status says holds, unless the ledger says that another has it.
        for claimant in byAge where ports[claimant.uid] == nil {
            guard let port = claimant.port, range.contains(port) else { continue }
            if case .held = entries[port] { continue }
            (entries[port], ports[claimant.uid]) = (.held(claimant.uid), port)
        }
        var waiting: Set<String> = []
        var free = range.lazy.filter { [taken = Set(entries.keys)] in !taken.contains($0) }.makeIterator()
        for claimant in byAge where ports[claimant.uid] == nil && claimant.isAsking {
            guard let port = free.next() else {
                waiting.insert(claimant.uid)
                continue
            }
            (entries[port], ports[claimant.uid]) = (.held(claimant.uid), port)
        }
        ledger = PortLedger(entries: entries)
        self.ports = ports
        self.waiting = waiting
        nextFree = Self.nextFree(entries, rest: rest, now: now)
    }

    /// Ports of agents that are gone rest from now on; those that have rested enough are free.
    private static func settled(
        _ before: PortLedger, alive: Set<String>, range: ClosedRange<Int>, rest: Duration, now: Timestamp
    ) -> [Int: PortLedger.Entry] {
        before.entries.compactMapValues { entry in
            switch entry {
            case .held(let uid): return alive.contains(uid) ? entry : .resting(since: now)
            case .resting(let since):
                // A clock that went back must not make a rest endless.
                let start = min(since, now)
                return now.seconds - start.seconds >= rest.components.seconds ? nil : .resting(since: start)
            }
        }.filter { port, entry in
            if case .held = entry { return range.contains(port) }
            return true
        }
    }

    private static func nextFree(_ entries: [Int: PortLedger.Entry], rest: Duration, now: Timestamp) -> Duration? {
        entries.values.compactMap { entry -> Duration? in
            guard case .resting(let since) = entry else { return nil }
            return max(rest - .seconds(now.seconds - since.seconds), .seconds(1))
        }.min()
    }
}
