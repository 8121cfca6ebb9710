import Synchronization

/// Lets acts on one thing go one after the other, in the order in which they came; acts on other things don't wait.
///
/// Who needs several turns takes them in the order of ``Turn``: agents by name, then `objects`. So nobody waits in a
/// circle.
final class Turns: Sendable {
    enum Turn: Hashable, Sendable {
        /// Everything that starts, stops, changes or deletes this agent.
        case agent(String)
        /// What makes, changes or releases this kill switch. Taken alone: nothing else may keep it waiting.
        case killSwitch(String)
        /// What is checked against other objects, and the set of policies in force.
        case objects
    }

    /// Who waits for each turn that is taken.
    private let taken = Mutex<[Turn: [CheckedContinuation<Void, Never>]]>([:])

    func alone<Result: Sendable>(_ turns: [Turn], _ body: () async throws -> Result) async rethrows -> Result {
        for turn in turns { await enter(turn) }
        defer { for turn in turns { leave(turn) } }
        return try await body()
    }

    private func enter(_ turn: Turn) async {
        await withCheckedContinuation { continuation in
            let isFree = taken.withLock { taken in
                taken[turn]?.append(continuation)
                guard taken[turn] == nil else { return false }
                taken[turn] = []
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave(_ turn: Turn) {
        let next = taken.withLock { taken -> CheckedContinuation<Void, Never>? in
            guard let waiting = taken[turn], !waiting.isEmpty else {
                taken[turn] = nil
                return nil
            }
            return taken[turn]?.removeFirst()
        }
        next?.resume()
    }
}
