/// Why a call to the API server gave no result. `message` is one sentence that names the object, and never holds a
/// token, a key or a value of a Secret object.
public struct KubernetesFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What callers branch on.
    public enum Reason: String, Sendable, CaseIterable {
        // What the API server said (`metav1.StatusReason`).
        case notFound, alreadyExists, conflict, invalid, forbidden, unauthorized, tooManyRequests, badRequest
        /// 410: the version asked for is no longer kept; list again.
        case expired
        /// A namespace that is going takes nothing new.
        case namespaceTerminating
        /// The API server is up and can't serve now (5xx, webhooks that don't answer, time-outs of its own).
        case unavailable
        /// Any other refusal.
        case refused
        // What the client says.
        /// No connection, or it broke.
        case unreachable
        /// The two sides don't accept each other's certificates.
        case untrusted
        /// No answer within the time.
        case timedOut
        /// The answer is longer than is taken in.
        case tooLarge
        /// The answer, or what was to be sent, is not what the API promises.
        case malformed
        /// The API server doesn't know this kind, or not in a version that is known here.
        case notServed
        /// The configuration or the credentials can't be used.
        case configuration
        case cancelled
    }

    public var reason: Reason
    public var message: String
    /// The HTTP status; 0 when there was none.
    public var code: Int
    /// How long the API server wants to be left alone.
    public var retryAfter: Duration?
    /// Field by field what an `invalid` object has wrong, and what a quota or namespace says.
    public var causes: [Cause]

    public struct Cause: Sendable, Hashable, Codable {
        public var reason: String?
        public var field: String?
        public var message: String?

        public init(reason: String? = nil, field: String? = nil, message: String? = nil) {
            self.reason = reason
            self.field = field
            self.message = message
        }
    }

    public init(
        _ reason: Reason, _ message: String, code: Int = 0, retryAfter: Duration? = nil, causes: [Cause] = []
    ) {
        self.reason = reason
        self.message = message
        self.code = code
        self.retryAfter = retryAfter
        self.causes = causes
    }

    public var description: String { message }

    /// Whether the same call may go well a moment later, without anybody changing anything.
    public var isTransient: Bool {
        switch reason {
        case .tooManyRequests, .unavailable, .unreachable, .timedOut, .conflict: true
        default: false
        }
    }
}
