/// How much one input may hold, so that a hostile one can't take the reader's memory or time.
public struct ManifestLimits: Sendable, Hashable {
    /// Bytes of one input.
    public var bytes: Int
    public var documents: Int
    /// Levels of lists and mappings.
    public var depth: Int
    /// Values of one input after aliases are followed.
    public var nodes: Int
    /// Aliases (`*name`) of one input that has anchors.
    public var aliases: Int

    public init(
        bytes: Int = 1 << 20, documents: Int = 200, depth: Int = 32, nodes: Int = 100_000, aliases: Int = 8
    ) {
        self.bytes = bytes
        self.documents = documents
        self.depth = depth
        self.nodes = nodes
        self.aliases = aliases
    }
}
