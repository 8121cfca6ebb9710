public import PalanaCore

/// A kind that the API server keeps. `apiVersion` and `kind` are written by the client from `type`, so that a kind need
/// not carry them; the API server leaves them out of the items of a list.
public protocol KubernetesObject: Codable, Hashable, Sendable {
    static var type: ObjectType { get }
    var metadata: ObjectMeta { get set }
}

extension KubernetesObject {
    public var key: ObjectKey { ObjectKey(metadata.name, in: metadata.namespace) }

    /// Whether somebody deleted it, so that it only waits for its finalizers.
    public var isTerminating: Bool { metadata.deletionTimestamp != nil }

    /// What `metadata.ownerReferences` of an object that belongs to this one holds; nil before the API server has given
    /// it a uid.
    /// - Parameter controls: whether this is the object's one manager.
    public func ownerReference(controls: Bool = true) -> OwnerReference? {
        metadata.uid.map { uid in
            OwnerReference(
                apiVersion: Self.type.apiVersion, kind: Self.type.kind, name: metadata.name, uid: uid,
                controller: controls, blockOwnerDeletion: controls)
        }
    }
}

/// The place of one object among those of its kind.
public struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Nil for a kind without namespaces.
    public var namespace: String?
    public var name: String

    public init(_ name: String, in namespace: String? = nil) {
        self.name = name
        self.namespace = namespace
    }

    public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

    public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
    }
}
