public import PalanaCore

public struct Namespace: KubernetesObject {
    public struct Status: Codable, Hashable, Sendable {
        /// `Active` or `Terminating`.
        public var phase: String?
        /// While terminating: what is still in it and why it doesn't go.
        public var conditions: [ObjectCondition]?

        public init(phase: String? = nil, conditions: [ObjectCondition]? = nil) {
            self.phase = phase
            self.conditions = conditions
        }
    }

    public static let type = ObjectType("Namespace", plural: "namespaces", isNamespaced: false)
    public var metadata: ObjectMeta
    public var status: Status?

    public init(metadata: ObjectMeta, status: Status? = nil) {
        self.metadata = metadata
        self.status = status
    }
}
