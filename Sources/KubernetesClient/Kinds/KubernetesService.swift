public import PalanaCore

/// The kind `Service`; named so that it isn't taken for a service of the process.
public struct KubernetesService: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        /// `ClusterIP`, `NodePort`, …
        public var type: String?
        /// `None` for one without an address of its own.
        public var clusterIP: String?
        public var ports: [Port]?
        /// Nil when somebody else writes the EndpointSlices.
        public var selector: [String: String]?
        public var publishNotReadyAddresses: Bool?
        public var sessionAffinity: String?
        public var ipFamilyPolicy: String?

        public init(
            type: String? = nil, clusterIP: String? = nil, ports: [Port]? = nil, selector: [String: String]? = nil,
            publishNotReadyAddresses: Bool? = nil, sessionAffinity: String? = nil, ipFamilyPolicy: String? = nil
        ) {
            self.type = type
            self.clusterIP = clusterIP
            self.ports = ports
            self.selector = selector
            self.publishNotReadyAddresses = publishNotReadyAddresses
            self.sessionAffinity = sessionAffinity
            self.ipFamilyPolicy = ipFamilyPolicy
        }
    }

    public struct Port: Codable, Hashable, Sendable {
        public var name: String?
        /// `TCP` or `UDP`.
        public var `protocol`: String?
        public var port: Int
        public var targetPort: IntOrString?

        public init(name: String? = nil, `protocol`: String? = nil, port: Int, targetPort: IntOrString? = nil) {
            self.name = name
            self.protocol = `protocol`
            self.port = port
            self.targetPort = targetPort
        }
    }

    public static let type = ObjectType("Service", plural: "services")
    public var metadata: ObjectMeta
    public var spec: Spec?

    public init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}
