/// How something is deleted.
public struct DeleteOptions: Sendable, Hashable {
    /// What happens to the objects that belong to it.
    public enum Propagation: String, Sendable, Codable {
        /// They go afterwards.
        case background = "Background"
        /// They go first.
        case foreground = "Foreground"
        /// They stay.
        case orphan = "Orphan"
    }

    /// Nil leaves it to the kind.
    public var propagation: Propagation?
    /// Only the object with this uid, not a later one of the same name.
    public var uid: String?
    /// Only in this version.
    public var resourceVersion: String?
    /// How long pods get to end; nil leaves it to the object.
    public var gracePeriodSeconds: Int?

    public init(
        propagation: Propagation? = nil, uid: String? = nil, resourceVersion: String? = nil,
        gracePeriodSeconds: Int? = nil
    ) {
        self.propagation = propagation
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.gracePeriodSeconds = gracePeriodSeconds
    }

    var body: JSONValue {
        var body: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions"]
        body["propagationPolicy"] = propagation.map { .string($0.rawValue) }
        body["gracePeriodSeconds"] = gracePeriodSeconds.map { .integer($0) }
        if uid != nil || resourceVersion != nil {
            var preconditions: JSONValue = [:]
            preconditions["uid"] = uid.map { .string($0) }
            preconditions["resourceVersion"] = resourceVersion.map { .string($0) }
            body["preconditions"] = preconditions
        }
        return body
    }
}
