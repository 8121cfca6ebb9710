/// Which objects of a kind a list or watch is about.
public struct Selection: Sendable, Hashable {
    /// As `kubectl -l` writes it: `palana.dev/agent=x,!done`. Empty means all.
    public var labels: String
    /// As `kubectl --field-selector` writes it: `metadata.name=x`. Empty means all.
    public var fields: String

    public init(labels: String = "", fields: String = "") {
        self.labels = labels
        self.fields = fields
    }

    public static let all = Selection()

    /// Those with all of these labels.
    public static func labelled(_ labels: [String: String]) -> Selection {
        Selection(labels: labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","))
    }

    /// The one object of this name.
    public static func named(_ name: String) -> Selection { Selection(fields: "metadata.name=\(name)") }
}

/// What a list found.
public struct ObjectList<Object: KubernetesObject>: Sendable {
    public var items: [Object]
    /// Where a watch of the same objects goes on. Opaque.
    public var resourceVersion: String
    /// Objects that are there and can't be read as their kind, with the reason.
    public var unreadable: [ObjectKey: String]

    public init(items: [Object], resourceVersion: String, unreadable: [ObjectKey: String] = [:]) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.unreadable = unreadable
    }
}
