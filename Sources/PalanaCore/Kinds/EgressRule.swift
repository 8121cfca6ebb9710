/// One line of `spec.egress.allow` (or of an `EgressPolicy`'s `allow` and `deny`).
public struct EgressRule: Codable, Hashable, Sendable {
    /// Whether an agent's own key may pass.
    public enum Credentials: String, Codable, Sendable, CaseIterable {
        /// Foreign credentials are refused (default).
        case placeholder
        /// Whatever credentials the agent has may pass.
        case any
    }

    /// Whether cookies may pass.
    public enum Cookies: String, Codable, Sendable, CaseIterable {
        case allow, deny
    }

    /// Exact host or `*.suffix`, lower case, A-labels.
    public var host: String
    /// Default: 443 for https and 80 for http.
    public var ports: [Int]?
    /// Default: any.
    public var methods: [String]?
    /// Globs on the normalised path: `*` within a segment, `**` over segments. Default: any.
    public var paths: [String]?
    public var credentials: Credentials?
    public var cookies: Cookies?

    public init(
        host: String, ports: [Int]? = nil, methods: [String]? = nil, paths: [String]? = nil,
        credentials: Credentials? = nil, cookies: Cookies? = nil
    ) {
        self.host = host
        self.ports = ports
        self.methods = methods
        self.paths = paths
        self.credentials = credentials
        self.cookies = cookies
    }
}
