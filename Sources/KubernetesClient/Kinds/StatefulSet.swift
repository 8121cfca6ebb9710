public import PalanaCore

public struct StatefulSet: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        public var replicas: Int?
        public var serviceName: String?
        /// Can't be changed.
        public var selector: LabelSelector?
        public var template: PodTemplate?
        public var podManagementPolicy: String?
        public var revisionHistoryLimit: Int?

        public init(
            replicas: Int? = nil, serviceName: String? = nil, selector: LabelSelector? = nil,
            template: PodTemplate? = nil, podManagementPolicy: String? = nil, revisionHistoryLimit: Int? = nil
        ) {
            self.replicas = replicas
            self.serviceName = serviceName
            self.selector = selector
            self.template = template
            self.podManagementPolicy = podManagementPolicy
            self.revisionHistoryLimit = revisionHistoryLimit
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        public var observedGeneration: Int?
        public var replicas: Int?
        public var readyReplicas: Int?
        public var currentReplicas: Int?
        public var updatedReplicas: Int?
        public var currentRevision: String?
        public var updateRevision: String?

        public init(
            observedGeneration: Int? = nil, replicas: Int? = nil, readyReplicas: Int? = nil,
            currentReplicas: Int? = nil, updatedReplicas: Int? = nil, currentRevision: String? = nil,
            updateRevision: String? = nil
        ) {
            self.observedGeneration = observedGeneration
            self.replicas = replicas
            self.readyReplicas = readyReplicas
            self.currentReplicas = currentReplicas
            self.updatedReplicas = updatedReplicas
            self.currentRevision = currentRevision
            self.updateRevision = updateRevision
        }
    }

    public static let type = ObjectType("StatefulSet", plural: "statefulsets", group: "apps")
    public var metadata: ObjectMeta
    public var spec: Spec?
    public var status: Status?

    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}
