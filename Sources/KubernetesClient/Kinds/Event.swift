public import PalanaCore

/// What happened to an object, for people (`kubectl describe`).
public struct Event: KubernetesObject {
    public struct Source: Codable, Hashable, Sendable {
        public var component: String?
        public var host: String?

        public init(component: String? = nil, host: String? = nil) {
            self.component = component
            self.host = host
        }
    }

    public static let type = ObjectType("Event", plural: "events")
    public var metadata: ObjectMeta
    public var involvedObject: ObjectReference?
    /// `Normal` or `Warning`.
    public var type: String?
    /// One word in CamelCase.
    public var reason: String?
    /// A sentence, at most 1024 bytes.
    public var message: String?
    public var action: String?
    public var count: Int?
    public var firstTimestamp: Timestamp?
    public var lastTimestamp: Timestamp?
    public var source: Source?
    /// The controller that says so: `palana.dev/operator`.
    public var reportingComponent: String?
    /// Which of its replicas.
    public var reportingInstance: String?

    public init(
        metadata: ObjectMeta, involvedObject: ObjectReference? = nil, type: String? = nil, reason: String? = nil,
        message: String? = nil, action: String? = nil, count: Int? = nil, firstTimestamp: Timestamp? = nil,
        lastTimestamp: Timestamp? = nil, source: Source? = nil, reportingComponent: String? = nil,
        reportingInstance: String? = nil
    ) {
        self.metadata = metadata
        self.involvedObject = involvedObject
        self.type = type
        self.reason = reason
        self.message = message
        self.action = action
        self.count = count
        self.firstTimestamp = firstTimestamp
        self.lastTimestamp = lastTimestamp
        self.source = source
        self.reportingComponent = reportingComponent
        self.reportingInstance = reportingInstance
    }
}

/// One object of any kind.
public struct ObjectReference: Codable, Hashable, Sendable {
    public var apiVersion: String?
    public var kind: String?
    public var namespace: String?
    public var name: String?
    public var uid: String?
    public var resourceVersion: String?
    public var fieldPath: String?

    public init(
        apiVersion: String? = nil, kind: String? = nil, namespace: String? = nil, name: String? = nil,
        uid: String? = nil, resourceVersion: String? = nil, fieldPath: String? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.fieldPath = fieldPath
    }
}

extension KubernetesObject {
    /// This object, for an Event or an endpoint.
    public var reference: ObjectReference {
        ObjectReference(
            apiVersion: Self.type.apiVersion, kind: Self.type.kind, namespace: metadata.namespace, name: metadata.name,
            uid: metadata.uid, resourceVersion: metadata.resourceVersion)
    }
}
