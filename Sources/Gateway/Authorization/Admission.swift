public import PalanaCore

/// What happens to one request.
public enum AuthorizationVerdict: Sendable {
    case admitted(Admission)
    case refused(Refusal)
}

/// A request that may go out, and how it is changed on its way.
public struct Admission: Sendable {
    public struct Header: Sendable {
        public let name: String
        /// May hold a real credential.
        public let value: Secret<String>
    }

    public var decisionID: DecisionID { decision.id }
    /// What later refusals of the same exchange name.
    var decision: DecisionMetadata
    /// Headers that are set, in place of any of that name.
    public var set: [Header] = []
    /// Names of headers that are taken away.
    public var removed: [String] = []
    /// Which bodies pass through the redaction service; nil: none.
    public internal(set) var bodies: BodyMode?
    /// The answer passes through the redaction service.
    public var isRedacted: Bool { bodies?.redactsAnswer ?? false }

    init(decisionID: DecisionID) {
        decision = DecisionMetadata(id: decisionID)
    }

    /// A trailing dot says the same to DNS, but not to TLS, nor to Envoy's choice of a route: what was decided about
    /// goes
    /// out. CONNECT isn't rewritten; what is sent inside names the host again.
    mutating func normalizeAuthority(of request: EgressRequest) {
        let host = request.authority.prefix { $0 != ":" }
        guard host.hasSuffix("."), request.method != "CONNECT" else { return }
        set(":authority", to: "\(host.dropLast())\(request.authority.dropFirst(host.count))")
    }

    mutating func set(_ name: String, to value: String) {
        set.append(Header(name: name, value: Secret(value)))
    }
}
