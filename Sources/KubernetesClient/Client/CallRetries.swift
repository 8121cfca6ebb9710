/// Whether and when one call is sent again.
struct CallRetries {
    /// How often a broken connection is tried again.
    static let attempts = 3

    private var broken = 0
    private var hasRenewed = false

    /// Once per call a refused credential is replaced.
    mutating func mayRenew() -> Bool {
        defer { hasRenewed = true }
        return !hasRenewed
    }

    /// The wait before the next try; nil when there is none. A 429 was not worked on, so anything may be sent again
    /// after it (API priority and fairness).
    mutating func pause(after failure: KubernetesFailure, isIdempotent: Bool) -> Duration? {
        switch failure.reason {
        case .tooManyRequests: return failure.retryAfter ?? .seconds(1)
        case .unavailable: return isIdempotent ? failure.retryAfter : nil
        case .unreachable:
            guard isIdempotent, broken < Self.attempts else { return nil }
            defer { broken += 1 }
            return .milliseconds(50 << broken)
        default: return nil
        }
    }
}
