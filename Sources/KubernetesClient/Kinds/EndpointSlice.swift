public import PalanaCore

/// The addresses behind a service. Servers before 1.21 know it as `v1beta1` only, with the same fields as far as they
/// are used here.
public struct EndpointSlice: KubernetesObject {
    public struct Endpoint: Codable, Hashable, Sendable {
        public var addresses: [String]?
        public var conditions: Conditions?
        public var targetRef: ObjectReference?

        public init(addresses: [String]? = nil, conditions: Conditions? = nil, targetRef: ObjectReference? = nil) {
            self.addresses = addresses
            self.conditions = conditions
            self.targetRef = targetRef
        }
    }

    public struct Conditions: Codable, Hashable, Sendable {
        public var ready: Bool?
        public var serving: Bool?
        public var terminating: Bool?

        public init(ready: Bool? = nil, serving: Bool? = nil, terminating: Bool? = nil) {
            self.ready = ready
            self.serving = serving
            self.terminating = terminating
        }
    }

    public struct Port: Codable, Hashable, Sendable {
        public var name: String?
        /// `TCP` or `UDP`.
        public var `protocol`: String?
        public var port: Int?

        public init(name: String? = nil, `protocol`: String? = nil, port: Int? = nil) {
            self.name = name
            self.protocol = `protocol`
            self.port = port
        }
    }

    public static let type = ObjectType(
        "EndpointSlice", plural: "endpointslices", group: "discovery.k8s.io", olderVersions: ["v1beta1"])
    public var metadata: ObjectMeta
    /// `IPv4`, `IPv6` or `FQDN`.
    public var addressType: String?
    public var endpoints: [Endpoint]?
    public var ports: [Port]?

    public init(metadata: ObjectMeta, addressType: String? = nil, endpoints: [Endpoint]? = nil, ports: [Port]? = nil) {
        self.metadata = metadata
        self.addressType = addressType
        self.endpoints = endpoints
        self.ports = ports
    }
}
