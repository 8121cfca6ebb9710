import KubernetesClient
import PalanaCore

/// What one process makes of a lease it sees again and again. All times are of its own clock: a lease is over when it
/// did not change for its duration while we looked on, whatever times stand in it.
struct LeaseTerm: Sendable {
    enum Step: Sendable, Hashable {
        /// There is no lease.
        case create
        /// Nobody has it any more, or we do: write ourselves in.
        case take
        /// Somebody else has it.
        case wait
    }

    let identity: String
    let duration: Duration
    private var seen: Lease?
    private var seenAt = Duration.zero

    init(identity: String, duration: Duration) {
        self.identity = identity
        self.duration = duration
    }

    /// Whom the lease last seen belongs to; nil when to nobody.
    var holder: String? {
        seen?.spec?.holderIdentity.flatMap { $0.isEmpty ? nil : $0 }
    }

    var isOurs: Bool { holder == identity }

    mutating func see(_ lease: Lease?, now: Duration) {
        guard lease?.spec != seen?.spec else {
            seen = lease
            return
        }
        seen = lease
        seenAt = now
    }

    func step(now: Duration) -> Step {
        guard let seen else { return .create }
        guard holder != nil, !isOurs else { return .take }
        // What stands there is another's word: at most an hour is believed.
        let seconds = min(max(seen.spec?.leaseDurationSeconds ?? Int(duration.components.seconds), 1), 3600)
        return now - seenAt < .seconds(seconds) ? .wait : .take
    }

    /// The lease as we want it now.
    func ours(at time: MicroTime) -> Lease.Spec {
        let before = seen?.spec
        return Lease.Spec(
            holderIdentity: identity, leaseDurationSeconds: Int(duration.components.seconds),
            acquireTime: isOurs ? before?.acquireTime ?? time : time, renewTime: time,
            leaseTransitions: (before?.leaseTransitions ?? 0) + (isOurs || seen == nil ? 0 : 1))
    }

    /// The version that a write must find.
    var version: String? { seen?.metadata.resourceVersion }
}
