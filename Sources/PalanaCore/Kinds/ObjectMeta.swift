/// What every object carries about itself, with Kubernetes' names and meanings.
public struct ObjectMeta: Codable, Hashable, Sendable {
    /// DNS label; unique among the objects of one kind (and namespace). Empty in the answers and admission requests that
    /// the API server sends before it has made up a name.
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
    /// Set by the API server when somebody deleted the object: it goes once `finalizers` is empty. Never on one machine.
    public var deletionTimestamp: Timestamp?
    /// Who still has to clear up before a deleted object goes. Kubernetes only: a manifest that names any is refused on
    /// one machine.
    public var finalizers: [String]?
    /// The objects whose deletion takes this one along. Kubernetes only, as `finalizers`.
    public var ownerReferences: [OwnerReference]?

    public init(
        name: String, namespace: String? = nil, labels: [String: String]? = nil, annotations: [String: String]? = nil,
        uid: String? = nil, generation: Int? = nil, resourceVersion: String? = nil, creationTimestamp: Timestamp? = nil,
        deletionTimestamp: Timestamp? = nil, finalizers: [String]? = nil, ownerReferences: [OwnerReference]? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.labels = labels
        self.annotations = annotations
        self.uid = uid
        self.generation = generation
        self.resourceVersion = resourceVersion
        self.creationTimestamp = creationTimestamp
        self.deletionTimestamp = deletionTimestamp
        self.finalizers = finalizers
        self.ownerReferences = ownerReferences
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decodeIfPresent(String.self, forKey: .name) ?? ""
        namespace = try fields.decodeIfPresent(String.self, forKey: .namespace)
        labels = try fields.decodeIfPresent([String: String].self, forKey: .labels)
        annotations = try fields.decodeIfPresent([String: String].self, forKey: .annotations)
        uid = try fields.decodeIfPresent(String.self, forKey: .uid)
        generation = try fields.decodeIfPresent(Int.self, forKey: .generation)
        resourceVersion = try fields.decodeIfPresent(String.self, forKey: .resourceVersion)
        creationTimestamp = try fields.decodeIfPresent(Timestamp.self, forKey: .creationTimestamp)
        deletionTimestamp = try fields.decodeIfPresent(Timestamp.self, forKey: .deletionTimestamp)
        finalizers = try fields.decodeIfPresent([String].self, forKey: .finalizers)
        ownerReferences = try fields.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences)
    }
}

/// An object in the same namespace (or none) that another one belongs to.
public struct OwnerReference: Codable, Hashable, Sendable {
    public var apiVersion: String
    public var kind: String
    public var name: String
    public var uid: String
    /// Whether it is the one that manages the object.
    public var controller: Bool?
    /// Whether deleting the owner in the foreground waits for the object.
    public var blockOwnerDeletion: Bool?

    public init(
        apiVersion: String, kind: String, name: String, uid: String, controller: Bool? = nil,
        blockOwnerDeletion: Bool? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.controller = controller
        self.blockOwnerDeletion = blockOwnerDeletion
    }
}
