import PalanaCore
import Synchronization

/// How often each agent may ask what would be decided: an answer costs the policy engine a dozen evaluations, which the
/// other agents' requests wait for. Holds one bucket for each agent that asked lately.
final class ExplainBudget: Sendable {
    fileprivate struct Account {
        var bucket: TokenBucket
        /// When a refusal was last put on record.
        var told: ContinuousClock.Instant?
    }

    enum Verdict: Sendable {
        case granted
        /// - Parameter isNews: whether it is the first refusal in a while, for the audit log.
        case refused(isNews: Bool)
    }

    static let burst = 10.0
    /// Answers a second.
    static let rate = 1.0
    /// One record at most in this time.
    static let recordWindow = Duration.seconds(60)

    private let accounts = Mutex<[AgentID: Account]>([:])

    func take(_ agent: AgentID, at now: ContinuousClock.Instant) -> Verdict {
        accounts.withLock { accounts in
            accounts = accounts.filter { !$0.value.isIdle(at: now) }
            var account = accounts[agent] ?? Account(bucket: TokenBucket(burst: Self.burst, rate: Self.rate, at: now))
            defer { accounts[agent] = account }
            guard !account.bucket.take(at: now) else { return .granted }
            let isNews = account.told.map { now - $0 >= Self.recordWindow } ?? true
            if isNews { account.told = now }
            return .refused(isNews: isNews)
        }
    }
}

extension ExplainBudget.Account {
    fileprivate func isIdle(at now: ContinuousClock.Instant) -> Bool {
        bucket.isFull(at: now) && told.map { now - $0 >= ExplainBudget.recordWindow } ?? true
    }
}
