/// A value that must not be seen: it describes itself as `[redacted]`, is not `Codable`, and only the code that
/// sends the bytes on their way opens it, by name, with `exposed`.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value itself. Whoever reads this property answers for where it goes.
    public let exposed: Value

    public init(_ value: Value) {
        exposed = value
    }

    public var description: String { "[redacted]" }
    public var debugDescription: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
