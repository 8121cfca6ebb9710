/// What a kind is called and where the API server has it.
public struct ObjectType: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    public var group: String
    public var version: String
    /// Versions that hold the same fields and will do when the API server doesn't serve `version`, best first. Empty
    /// for all but the few kinds that older servers only know in a beta: discovery is asked for those.
    public var olderVersions: [String]
    public var kind: String
    /// The name in paths.
    public var plural: String
    public var isNamespaced: Bool

    public init(
        _ kind: String, plural: String, group: String = "", version: String = "v1", olderVersions: [String] = [],
        isNamespaced: Bool = true
    ) {
        self.group = group
        self.version = version
        self.olderVersions = olderVersions
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    /// As objects name it: `v1`, `apps/v1`.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// As people name it: `pods`, `statefulsets.apps`.
    public var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The path below which a group and version is served.
    static func root(group: String, version: String) -> String {
        group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    }
}
