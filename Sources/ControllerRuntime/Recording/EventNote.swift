public import KubernetesClient

/// Something that a person who looks at an object should know.
public struct EventNote: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case normal = "Normal"
        case warning = "Warning"
    }

    public var kind: Kind
    public var object: ObjectReference
    /// One word in CamelCase.
    public var reason: String
    /// A sentence: what is the matter and what to do. Cut at 1,000 bytes.
    public var message: String

    public init(_ kind: Kind, _ object: ObjectReference, reason: String, message: String) {
        self.kind = kind
        self.object = object
        // An object in another version is the same object here.
        self.object.resourceVersion = nil
        self.reason = reason
        self.message = Self.cut(message, to: 1000)
    }

    /// At most `limit` bytes, no character halved.
    private static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var short = ""
        var length = 0
        for character in text {
            length += character.utf8.count
            guard length <= limit - 3 else { break }
            short.append(character)
        }
        return short + "…"
    }
}
