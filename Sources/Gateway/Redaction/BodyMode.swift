/// Which bodies of an exchange pass through the redaction service. Said by ext_authz in the header
/// `GatewayHeaders.redact`, which selects the route.
public enum BodyMode: String, Sendable, CaseIterable {
    /// The answer loses the secrets that went out with the request.
    case answer = "1"
    /// The request is searched for placeholders.
    case request = "2"
    case both = "3"

    var searchesRequest: Bool { self != .answer }
    var redactsAnswer: Bool { self != .request }

    init?(searchesRequest: Bool, redactsAnswer: Bool) {
        switch (searchesRequest, redactsAnswer) {
        case (true, true): self = .both
        case (true, false): self = .request
        case (false, true): self = .answer
        case (false, false): return nil
        }
    }
}
