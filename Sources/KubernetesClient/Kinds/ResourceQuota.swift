public import PalanaCore

/// How much the objects of one namespace may use in all.
public struct ResourceQuota: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        /// Quantities by resource: `requests.cpu`, `limits.memory`, `pods`, …
        public var hard: [String: String]?
        public var scopes: [String]?

        public init(hard: [String: String]? = nil, scopes: [String]? = nil) {
            self.hard = hard
            self.scopes = scopes
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        public var hard: [String: String]?
        public var used: [String: String]?

        public init(hard: [String: String]? = nil, used: [String: String]? = nil) {
            self.hard = hard
            self.used = used
        }
    }

    public static let type = ObjectType("ResourceQuota", plural: "resourcequotas")
    public var metadata: ObjectMeta
    public var spec: Spec?
    public var status: Status?

    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}
