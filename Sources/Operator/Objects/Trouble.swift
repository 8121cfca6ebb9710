import KubernetesClient

/// Why a step didn't reach its end, for a condition and an Event.
struct Trouble: Error, Sendable, Hashable {
    /// When it is worth looking again; a change of the objects brings it back in any case.
    enum Retry: Sendable, Hashable {
        /// Nothing but a change mends it.
        case onChange
        case after(Duration)
        /// Each time later.
        case backoff
    }

    /// One word in CamelCase.
    var reason: String
    /// What is wrong and what to do.
    var message: String
    var retry: Retry
    /// Nothing is wrong; it takes its time.
    var isProgress: Bool
    /// The steps after this one can't be gone.
    var isBlocking: Bool

    init(
        _ reason: String, _ message: String, retry: Retry = .onChange, isProgress: Bool = false, isBlocking: Bool = true
    ) {
        self.reason = reason
        self.message = message
        self.retry = retry
        self.isProgress = isProgress
        self.isBlocking = isBlocking
    }

    /// What the API server's refusal means to the owner; nil for one that passes by itself, which only is tried again.
    init?(_ failure: KubernetesFailure) {
        switch failure.reason {
        case .cancelled, .tooManyRequests, .unavailable, .unreachable, .timedOut, .conflict, .expired: return nil
        case .namespaceTerminating:
            self.init(
                "NamespaceTerminating", "\(failure.message); it is made anew once the old one is gone",
                retry: .after(.seconds(10)))
        case .forbidden where failure.message.contains("exceeded quota"):
            self.init(
                "QuotaExceeded", "\(failure.message); raise the quota or ask for less", retry: .backoff)
        case .forbidden where failure.message.contains("status unknown for quota"):
            // A quota that was just made counts nothing yet, and holds up all that it is about.
            self.init(
                "QuotaPending", "the quota of the namespace isn't counted yet", retry: .after(.seconds(1)),
                isProgress: true)
        case .forbidden:
            self.init(
                "Forbidden", "\(failure.message); give the operator's account the rights of its ClusterRole",
                retry: .backoff)
        case .invalid, .badRequest:
            self.init("Refused", "\(failure.message); change the Agent or its template", retry: .backoff)
        default: self.init("Refused", failure.message, retry: .backoff)
        }
    }
}
