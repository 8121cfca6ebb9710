public import PalanaCore

/// One request as Envoy describes it, before anything of it is believed.
public struct EgressRequest: Sendable, Hashable {
    /// The id that Envoy gave it, which its decision takes over; nil: the decision makes one.
    public var id: DecisionID?
    public var caller: CallerIdentity
    public var method: String
    /// `http` or `https`, as the client said.
    public var scheme: String
    /// `:path` as sent, with the query.
    public var target: String
    /// `:authority` or Host.
    public var authority: String
    /// All fields, names in lower case, pseudo-headers included.
    public var headers: [HeaderField]
    /// `HTTP/1.1`, `HTTP/2`, …
    public var protocolVersion: String
    /// Empty or nil when there was no TLS or no name in it.
    public var sni: String?
    /// Of the body as announced, nil when unknown.
    public var bodyBytes: Int?

    public init(
        id: DecisionID? = nil, caller: CallerIdentity, method: String, scheme: String, target: String,
        authority: String,
        headers: [HeaderField] = [], protocolVersion: String = "HTTP/1.1", sni: String? = nil, bodyBytes: Int? = nil
    ) {
        self.id = id
        self.caller = caller
        self.method = method
        self.scheme = scheme
        self.target = target
        self.authority = authority
        self.headers = headers
        self.protocolVersion = protocolVersion
        self.sni = sni
        self.bodyBytes = bodyBytes
    }

    /// The values of one header, in order.
    func values(of name: String) -> [String] {
        headers.lazy.filter { $0.name == name }.map(\.value)
    }

    func has(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// Whether a body may follow the head. In HTTP/2 only the end of the stream says that none does; an upgrade has
    /// none.
    var mayHaveBody: Bool {
        guard upgrade == nil else { return false }
        return protocolVersion.hasPrefix("HTTP/2") || has("transfer-encoding")
            || values(of: "content-length").contains { $0 != "0" }
    }

    /// The protocol that an HTTP/1.1 upgrade asks for, in lower case.
    var upgrade: String? { values(of: "upgrade").first?.lowercased() }
}
