import PalanaCore

/// One agent's open decisions, oldest first.
struct PlanLine: Sendable {
    private var ids: [DecisionID] = []
    private var open: Set<DecisionID> = []
    private var head = 0

    var count: Int { open.count }

    var oldest: DecisionID? {
        mutating get {
            skipEnded()
            return head < ids.count ? ids[head] : nil
        }
    }

    mutating func append(_ id: DecisionID) {
        ids.append(id)
        open.insert(id)
    }

    mutating func remove(_ id: DecisionID) {
        open.remove(id)
        skipEnded()
        // One long request at the head mustn't make the line grow behind it.
        guard ids.count > 2 * open.count + 64 else { return }
        ids = ids[head...].filter(open.contains)
        head = 0
    }

    private mutating func skipEnded() {
        while head < ids.count, !open.contains(ids[head]) { head += 1 }
    }
}
