public import PalanaCore

public struct NetworkPolicy: KubernetesObject {
    public struct Spec: Codable, Hashable, Sendable {
        /// The pods of the policy's namespace that it is about; empty means all.
        public var podSelector: LabelSelector?
        /// `Ingress`, `Egress` or both. What is named and has no rule is closed.
        public var policyTypes: [String]?
        public var ingress: [IngressRule]?
        public var egress: [EgressRule]?

        public init(
            podSelector: LabelSelector? = nil, policyTypes: [String]? = nil, ingress: [IngressRule]? = nil,
            egress: [EgressRule]? = nil
        ) {
            self.podSelector = podSelector
            self.policyTypes = policyTypes
            self.ingress = ingress
            self.egress = egress
        }
    }

    /// Lets in what is `from` one of these peers and goes to one of these ports; left out means any.
    public struct IngressRule: Codable, Hashable, Sendable {
        public var from: [Peer]?
        public var ports: [Port]?

        public init(from: [Peer]? = nil, ports: [Port]? = nil) {
            self.from = from
            self.ports = ports
        }
    }

    /// Lets out what goes to one of these peers and ports; left out means any.
    public struct EgressRule: Codable, Hashable, Sendable {
        public var to: [Peer]?
        public var ports: [Port]?

        public init(to: [Peer]? = nil, ports: [Port]? = nil) {
            self.to = to
            self.ports = ports
        }
    }

    /// Both selectors together mean the pods so labelled in namespaces so labelled.
    public struct Peer: Codable, Hashable, Sendable {
        public var podSelector: LabelSelector?
        public var namespaceSelector: LabelSelector?
        public var ipBlock: AddressBlock?

        public init(
            podSelector: LabelSelector? = nil, namespaceSelector: LabelSelector? = nil, ipBlock: AddressBlock? = nil
        ) {
            self.podSelector = podSelector
            self.namespaceSelector = namespaceSelector
            self.ipBlock = ipBlock
        }
    }

    public struct AddressBlock: Codable, Hashable, Sendable {
        public var cidr: String
        public var except: [String]?

        public init(cidr: String, except: [String]? = nil) {
            self.cidr = cidr
            self.except = except
        }
    }

    public struct Port: Codable, Hashable, Sendable {
        /// `TCP` (the default), `UDP` or `SCTP`.
        public var `protocol`: String?
        public var port: IntOrString?
        /// The last port of a range that starts at `port`.
        public var endPort: Int?

        public init(`protocol`: String? = nil, port: IntOrString? = nil, endPort: Int? = nil) {
            self.protocol = `protocol`
            self.port = port
            self.endPort = endPort
        }
    }

    public static let type = ObjectType("NetworkPolicy", plural: "networkpolicies", group: "networking.k8s.io")
    public var metadata: ObjectMeta
    public var spec: Spec?

    public init(metadata: ObjectMeta, spec: Spec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}
