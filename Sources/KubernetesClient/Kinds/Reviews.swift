public import PalanaCore

/// A question to the API server that is answered at once and kept nowhere.
public protocol KubernetesReview: Codable, Sendable {
    static var type: ObjectType { get }
}

/// Whose token this is.
public struct TokenReview: KubernetesReview {
    public struct Spec: Codable, Sendable {
        public var token: Secret<String>
        /// Whom the token must be meant for; nil means the API server itself.
        public var audiences: [String]?

        public init(token: Secret<String>, audiences: [String]? = nil) {
            self.token = token
            self.audiences = audiences
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        public var authenticated: Bool?
        public var user: UserInfo?
        /// Those of the asked audiences that the token is meant for.
        public var audiences: [String]?
        public var error: String?

        public init(
            authenticated: Bool? = nil, user: UserInfo? = nil, audiences: [String]? = nil, error: String? = nil
        ) {
            self.authenticated = authenticated
            self.user = user
            self.audiences = audiences
            self.error = error
        }
    }

    public static let type = ObjectType(
        "TokenReview", plural: "tokenreviews", group: "authentication.k8s.io", isNamespaced: false)
    public var spec: Spec
    public var status: Status?

    public init(spec: Spec, status: Status? = nil) {
        self.spec = spec
        self.status = status
    }
}

extension TokenReview.Spec {
    enum CodingKeys: String, CodingKey {
        case token, audiences
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        token = Secret(try fields.decodeIfPresent(String.self, forKey: .token) ?? "")
        audiences = try fields.decodeIfPresent([String].self, forKey: .audiences)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(token.exposed, forKey: .token)
        try fields.encodeIfPresent(audiences, forKey: .audiences)
    }
}

/// A user as the API server knows them.
public struct UserInfo: Codable, Hashable, Sendable {
    public var username: String?
    public var uid: String?
    public var groups: [String]?
    public var extra: [String: [String]]?

    public init(
        username: String? = nil, uid: String? = nil, groups: [String]? = nil, extra: [String: [String]]? = nil
    ) {
        self.username = username
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }
}

/// Whether a user may do something.
public struct SubjectAccessReview: KubernetesReview {
    public struct ResourceAttributes: Codable, Hashable, Sendable {
        public var namespace: String?
        public var verb: String?
        public var group: String?
        public var version: String?
        public var resource: String?
        public var subresource: String?
        public var name: String?

        public init(
            namespace: String? = nil, verb: String? = nil, group: String? = nil, version: String? = nil,
            resource: String? = nil, subresource: String? = nil, name: String? = nil
        ) {
            self.namespace = namespace
            self.verb = verb
            self.group = group
            self.version = version
            self.resource = resource
            self.subresource = subresource
            self.name = name
        }
    }

    public struct Spec: Codable, Hashable, Sendable {
        public var user: String?
        public var groups: [String]?
        public var uid: String?
        public var extra: [String: [String]]?
        public var resourceAttributes: ResourceAttributes?

        public init(
            user: String? = nil, groups: [String]? = nil, uid: String? = nil, extra: [String: [String]]? = nil,
            resourceAttributes: ResourceAttributes? = nil
        ) {
            self.user = user
            self.groups = groups
            self.uid = uid
            self.extra = extra
            self.resourceAttributes = resourceAttributes
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        public var allowed: Bool
        public var denied: Bool?
        public var reason: String?
        public var evaluationError: String?

        public init(allowed: Bool, denied: Bool? = nil, reason: String? = nil, evaluationError: String? = nil) {
            self.allowed = allowed
            self.denied = denied
            self.reason = reason
            self.evaluationError = evaluationError
        }
    }

    public static let type = ObjectType(
        "SubjectAccessReview", plural: "subjectaccessreviews", group: "authorization.k8s.io", isNamespaced: false)
    public var spec: Spec
    public var status: Status?

    public init(spec: Spec, status: Status? = nil) {
        self.spec = spec
        self.status = status
    }

    /// No answer, or a doubtful one, is a no.
    public var isAllowed: Bool { status?.allowed == true && status?.denied != true }
}

/// As whom the API server knows the caller.
public struct SelfSubjectReview: KubernetesReview {
    public struct Status: Codable, Hashable, Sendable {
        public var userInfo: UserInfo?

        public init(userInfo: UserInfo? = nil) {
            self.userInfo = userInfo
        }
    }

    /// Served since Kubernetes 1.26, as `v1` since 1.28.
    public static let type = ObjectType(
        "SelfSubjectReview", plural: "selfsubjectreviews", group: "authentication.k8s.io", version: "v1",
        olderVersions: ["v1beta1", "v1alpha1"], isNamespaced: false)
    public var status: Status?

    public init(status: Status? = nil) {
        self.status = status
    }
}
