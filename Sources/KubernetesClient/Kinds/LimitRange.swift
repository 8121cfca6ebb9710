public import PalanaCore

/// Bounds and defaults for each container, pod or claim of one namespace.
public struct LimitRange: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        public var limits: [Item]?

        public init(limits: [Item]? = nil) {
            self.limits = limits
        }
    }

    public struct Item: Codable, Hashable, Sendable {
        /// `Container`, `Pod` or `PersistentVolumeClaim`.
        public var type: String
        public var max: [String: String]?
        public var min: [String: String]?
        public var `default`: [String: String]?
        public var defaultRequest: [String: String]?

        public init(
            type: String, max: [String: String]? = nil, min: [String: String]? = nil,
            `default`: [String: String]? = nil, defaultRequest: [String: String]? = nil
        ) {
            self.type = type
            self.max = max
            self.min = min
            self.default = `default`
            self.defaultRequest = defaultRequest
        }
    }

    public static let type = ObjectType("LimitRange", plural: "limitranges")
    public var metadata: ObjectMeta
    public var spec: Spec?

    public init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}
