/// One environment variable of the agent's processes.
public struct EnvironmentVariable: Codable, Hashable, Sendable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// The persistent folder `/data`.
public struct Workspace: Codable, Hashable, Sendable {
    /// What becomes of `/data` when the agent is deleted.
    public enum Reclaim: String, Codable, Sendable, CaseIterable {
        case delete = "Delete"
        case retain = "Retain"
    }

    /// Bytes, as `10Gi`.
    public var size: String?
    public var storageClassName: String?
    public var reclaim: Reclaim?

    public init(size: String? = nil, storageClassName: String? = nil, reclaim: Reclaim? = nil) {
        self.size = size
        self.storageClassName = storageClassName
        self.reclaim = reclaim
    }

    enum CodingKeys: String, CodingKey {
        case size, storageClassName, reclaim
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        size = try container.decodeQuantityIfPresent(forKey: .size)
        storageClassName = try container.decodeIfPresent(String.self, forKey: .storageClassName)
        reclaim = try container.decodeIfPresent(Reclaim.self, forKey: .reclaim)
    }
}

/// What the agent's processes may use in all.
public struct Resources: Codable, Hashable, Sendable {
    public struct Limits: Codable, Hashable, Sendable {
        /// Cores: `2`, `0.5` or `500m`.
        public var cpu: String?
        /// Bytes: `2Gi`.
        public var memory: String?

        public init(cpu: String? = nil, memory: String? = nil) {
            self.cpu = cpu
            self.memory = memory
        }

        enum CodingKeys: String, CodingKey {
            case cpu, memory
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            cpu = try container.decodeQuantityIfPresent(forKey: .cpu)
            memory = try container.decodeQuantityIfPresent(forKey: .memory)
        }
    }

    public var limits: Limits?

    public init(limits: Limits? = nil) {
        self.limits = limits
    }
}
