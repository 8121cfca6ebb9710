public import PalanaCore

/// One object as somebody wrote it, with the place for messages.
public struct Manifest: Hashable, Sendable {
    public var resource: Resource
    /// File name or `stdin`.
    public var source: String
    /// Where its document begins, from 1.
    public var line: Int

    public init(resource: Resource, source: String, line: Int) {
        self.resource = resource
        self.source = source
        self.line = line
    }
}
