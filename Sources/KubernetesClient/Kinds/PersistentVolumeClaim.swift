public import PalanaCore

public struct PersistentVolumeClaim: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        public var accessModes: [String]?
        public var resources: ResourceAmounts?
        public var storageClassName: String?
        public var volumeMode: String?
        public var volumeName: String?

        public init(
            accessModes: [String]? = nil, resources: ResourceAmounts? = nil, storageClassName: String? = nil,
            volumeMode: String? = nil, volumeName: String? = nil
        ) {
            self.accessModes = accessModes
            self.resources = resources
            self.storageClassName = storageClassName
            self.volumeMode = volumeMode
            self.volumeName = volumeName
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        /// `Pending`, `Bound` or `Lost`.
        public var phase: String?
        public var capacity: [String: String]?
        public var conditions: [ObjectCondition]?

        public init(phase: String? = nil, capacity: [String: String]? = nil, conditions: [ObjectCondition]? = nil) {
            self.phase = phase
            self.capacity = capacity
            self.conditions = conditions
        }
    }

    public static let type = ObjectType("PersistentVolumeClaim", plural: "persistentvolumeclaims")
    public var metadata: ObjectMeta
    public var spec: Spec?
    public var status: Status?

    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// Quantities by resource (`cpu`, `memory`, `storage`) that something asks for and may use at most.
public struct ResourceAmounts: Codable, Hashable, Sendable {
    public var requests: [String: String]?
    public var limits: [String: String]?

    public init(requests: [String: String]? = nil, limits: [String: String]? = nil) {
        self.requests = requests
        self.limits = limits
    }
}
