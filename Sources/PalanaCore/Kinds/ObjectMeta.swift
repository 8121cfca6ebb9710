/// What every object carries about itself, with Kubernetes' names and meanings.
public struct ObjectMeta: Codable, Hashable, Sendable {
    /// DNS label; unique among the objects of one kind (and namespace).
    public var name: String
    /// The tenant namespace; left out on one machine.
    public var namespace: String?
    public var labels: [String: String]?
    public var annotations: [String: String]?
    /// Set by the store at creation; another object of the same name later has another one.
    public var uid: String?
    /// Set by the store; counts changes of `spec`.
    public var generation: Int?
    /// Set by the store at each change of anything; opaque. Given with a write, the write fails when it is not the
    /// current one.
    public var resourceVersion: String?
    /// Set by the store.
    public var creationTimestamp: Timestamp?

    public init(
        name: String, namespace: String? = nil, labels: [String: String]? = nil, annotations: [String: String]? = nil,
        uid: String? = nil, generation: Int? = nil, resourceVersion: String? = nil, creationTimestamp: Timestamp? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.uid = uid
        self.generation = generation
        self.resourceVersion = resourceVersion
        self.creationTimestamp = creationTimestamp
    }
}
