/// Exactly one of the sources is there. The sources that are not used here are not told apart.
public struct Volume: Codable, Hashable, Sendable {
    public struct EmptyDirectory: Codable, Hashable, Sendable {
        /// `Memory` or nothing.
        public var medium: String?
        public var sizeLimit: String?

        public init(medium: String? = nil, sizeLimit: String? = nil) {
            self.medium = medium
            self.sizeLimit = sizeLimit
        }
    }

    public struct ConfigMapSource: Codable, Hashable, Sendable {
        public var name: String?
        public var items: [Item]?
        public var defaultMode: Int?
        public var optional: Bool?

        public init(name: String? = nil, items: [Item]? = nil, defaultMode: Int? = nil, optional: Bool? = nil) {
            self.name = name
            self.items = items
            self.defaultMode = defaultMode
            self.optional = optional
        }
    }

    public struct SecretSource: Codable, Hashable, Sendable {
        public var secretName: String?
        public var items: [Item]?
        public var defaultMode: Int?
        public var optional: Bool?

        public init(secretName: String? = nil, items: [Item]? = nil, defaultMode: Int? = nil, optional: Bool? = nil) {
            self.secretName = secretName
            self.items = items
            self.defaultMode = defaultMode
            self.optional = optional
        }
    }

    public struct Item: Codable, Hashable, Sendable {
        public var key: String
        public var path: String
        public var mode: Int?

        public init(key: String, path: String, mode: Int? = nil) {
            self.key = key
            self.path = path
            self.mode = mode
        }
    }

    public struct ClaimSource: Codable, Hashable, Sendable {
        public var claimName: String
        public var readOnly: Bool?

        public init(claimName: String, readOnly: Bool? = nil) {
            self.claimName = claimName
            self.readOnly = readOnly
        }
    }

    public struct HostPath: Codable, Hashable, Sendable {
        public var path: String?
        public var type: String?

        public init(path: String? = nil, type: String? = nil) {
            self.path = path
            self.type = type
        }
    }

    public var name: String
    public var emptyDir: EmptyDirectory?
    public var configMap: ConfigMapSource?
    public var secret: SecretSource?
    public var persistentVolumeClaim: ClaimSource?
    public var hostPath: HostPath?

    public init(
        name: String, emptyDir: EmptyDirectory? = nil, configMap: ConfigMapSource? = nil, secret: SecretSource? = nil,
        persistentVolumeClaim: ClaimSource? = nil, hostPath: HostPath? = nil
    ) {
        self.name = name
        self.emptyDir = emptyDir
        self.configMap = configMap
        self.secret = secret
        self.persistentVolumeClaim = persistentVolumeClaim
        self.hostPath = hostPath
    }
}
