/// What the API answers when it can't do what was asked: a reason that programs branch on and a sentence for people.
public struct APIError: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The closed set of reasons; each is one HTTP status and one exit code of the CLI.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        case invalid
        case denied
        case notFound = "not_found"
        case conflict
        case notSupported = "not_supported"
        case unavailable
        case failed

        /// The HTTP status that carries it (RFC 9110, section 15).
        public var httpStatus: Int {
            switch self {
            case .invalid, .notSupported: 422
            case .denied: 403
            case .notFound: 404
            case .conflict: 409
            case .unavailable: 503
            case .failed: 500
            }
        }
    }

    public var reason: Reason
    /// One sentence that names the thing and what to change. Several problems stand on lines of their own.
    public var message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    public var description: String { message }
}

/// The JSON body of an error: `{"error": {…}}`.
struct APIErrorBody: Codable {
    var error: APIError
}
