/// What OPA is asked about one request (`data.palana.egress.decision`); a pure function of the request and the agent.
/// Credential-bearing headers arrive masked, never with their value.
public struct PolicyInput: Codable, Hashable, Sendable {
    public struct Agent: Codable, Hashable, Sendable {
        public var name: String
        public var namespace: String?
        public var owner: String
        public var labels: [String: String]
        public var template: String?

        public init(
            name: String, namespace: String? = nil, owner: String, labels: [String: String] = [:],
            template: String? = nil
        ) {
            self.name = name
            self.namespace = namespace
            self.owner = owner
            self.labels = labels
            self.template = template
        }
    }

    public struct Request: Codable, Hashable, Sendable {
        public var id: String
        /// RFC 3339 with milliseconds, UTC.
        public var time: String
        /// `http` or `https`.
        public var scheme: String
        public var method: String
        /// Normalised: lower case, A-labels, no port, no trailing dot.
        public var host: String
        public var port: Int
        /// Normalised for matching only.
        public var path: String
        public var queryKeys: [String]
        public var headers: [String: String]
        public var `protocol`: String
        public var sni: String?
        public var connectAuthority: String?
        public var bodyBytes: Int?
        public var upgrade: String?

        enum CodingKeys: String, CodingKey {
            case id, time, scheme, method, host, port, path, headers, `protocol`, sni, upgrade
            case queryKeys = "query_keys"
            case connectAuthority = "connect_authority"
            case bodyBytes = "body_bytes"
        }

        public init(
            id: String, time: String, scheme: String, method: String, host: String, port: Int, path: String,
            queryKeys: [String] = [], headers: [String: String] = [:], protocol: String = "HTTP/1.1",
            sni: String? = nil,
            connectAuthority: String? = nil, bodyBytes: Int? = nil, upgrade: String? = nil
        ) {
            self.id = id
            self.time = time
            self.scheme = scheme
            self.method = method
            self.host = host
            self.port = port
            self.path = path
            self.queryKeys = queryKeys
            self.headers = headers
            self.protocol = `protocol`
            self.sni = sni
            self.connectAuthority = connectAuthority
            self.bodyBytes = bodyBytes
            self.upgrade = upgrade
        }
    }

    public struct Placeholder: Codable, Hashable, Sendable {
        public var secret: String
        public var position: SecretPosition
        public var boundHosts: [String]

        enum CodingKeys: String, CodingKey {
            case secret, position
            case boundHosts = "bound_hosts"
        }

        public init(secret: String, position: SecretPosition, boundHosts: [String]) {
            self.secret = secret
            self.position = position
            self.boundHosts = boundHosts
        }
    }

    public struct Credentials: Codable, Hashable, Sendable {
        public var placeholders: [Placeholder]
        /// Names of headers (or `userinfo`) that carry a credential which is not the agent's placeholder.
        public var foreign: [String]

        public init(placeholders: [Placeholder] = [], foreign: [String] = []) {
            self.placeholders = placeholders
            self.foreign = foreign
        }
    }

    /// Only the rules whose host matches the request's, so that a decision costs the same however many there are.
    public struct Rules: Codable, Hashable, Sendable {
        public var `default`: AgentSnapshot.EgressDefault
        public var allow: [NamedRule]
        public var deny: [NamedRule]

        public init(default: AgentSnapshot.EgressDefault, allow: [NamedRule] = [], deny: [NamedRule] = []) {
            self.default = `default`
            self.allow = allow
            self.deny = deny
        }
    }

    /// A rule with the name people find it by: `spec.egress.allow[2]` or `EgressPolicy/no-uploads deny[0]`.
    public struct NamedRule: Codable, Hashable, Sendable {
        public var name: String
        public var rule: EgressRule

        public init(name: String, rule: EgressRule) {
            self.name = name
            self.rule = rule
        }
    }

    public var agent: Agent
    public var request: Request
    public var credentials: Credentials
    public var rules: Rules
    public var policyRevision: String

    enum CodingKeys: String, CodingKey {
        case agent, request, credentials, rules
        case policyRevision = "policy_revision"
    }

    public init(
        agent: Agent, request: Request, credentials: Credentials = Credentials(), rules: Rules, policyRevision: String
    ) {
        self.agent = agent
        self.request = request
        self.credentials = credentials
        self.rules = rules
        self.policyRevision = policyRevision
    }
}
