/// One header field of a request or an answer.
public struct HeaderField: Hashable, Sendable {
    /// Lower case.
    public let name: String
    public let value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
