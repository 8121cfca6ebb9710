public import Certificates
import Foundation
public import Logging
import Synchronization

/// Leaves on demand: minted under budgets, kept while they are used, one mint a name at a time.
public final class LeafStore: Sendable {
    /// What a name got.
    public enum Answer: Sendable {
        case leaf(Leaf)
        /// Envoy is told that there is none, which ends the handshake at once.
        case refused(Reason)
    }

    public enum Reason: String, Sendable {
        case notAName = "not_a_name"
        case overBudget = "over_budget"
        case mintFailed = "mint_failed"
    }

    private let issuer: LeafIssuer
    private let cache: Mutex<LeafCache>
    private let claims: @Sendable (String) -> HostClaim
    private let logger: Logger
    private let clock = ContinuousClock()

    /// - Parameter claims: how the agents' rules name a host; asked only for names that are not cached or must be
    ///   charged, never under a lock.
    public init(
        issuer: LeafIssuer, budget: LeafBudget = LeafBudget(), logger: Logger,
        claims: @escaping @Sendable (String) -> HostClaim
    ) {
        self.issuer = issuer
        self.claims = claims
        self.logger = logger
        cache = Mutex(LeafCache(budget: budget, at: ContinuousClock().now))
    }

    /// How many leaves are live.
    public var count: Int { cache.withLock { $0.count } }

    /// Whether a version that Envoy holds came from the authority in use.
    func isOurs(version: String) -> Bool { version.hasPrefix(issuer.fingerprint + "-") }

    /// - Returns: the answer, and names whose leaves had to go for it (Envoy must drop them).
    func answer(_ raw: String, at now: Date = Date()) -> (Answer, evicted: [String]) {
        guard let name = LeafName(raw) else { return (.refused(.notAName), []) }
        // Names are case-insensitive but Envoy keeps one leaf per spelling: an odd spelling is served from the small
        // budget, or case alone would multiply a named host without limit.
        let claim = raw == name.value ? claims(name.value) : .unnamed
        let halfTime = now.addingTimeInterval(LeafIssuer.validity / 2)
        // Minting takes a third of a millisecond and stays under the lock: that is what makes it single flight.
        return cache.withLock { cache in
            switch cache.ask(raw, claim: claim, freshUntil: halfTime, at: clock.now) {
            case .leaf(let leaf): return (.leaf(leaf), [])
            case .overBudget: return (.refused(.overBudget), [])
            case .mint: return mint(name, as: raw, claim: claim, at: now, into: &cache)
            }
        }
    }

    private func mint(
        _ name: LeafName, as raw: String, claim: HostClaim, at now: Date, into cache: inout LeafCache
    ) -> (Answer, evicted: [String]) {
        do {
            let leaf = try issuer.mint(name, at: now)
            return (.leaf(leaf), cache.keep(leaf, as: raw, claim: claim))
        } catch {
            logger.error("leaf not minted", metadata: ["host": "\(name)", "reason": "\(error)"])
            return (.refused(.mintFailed), [])
        }
    }
}
