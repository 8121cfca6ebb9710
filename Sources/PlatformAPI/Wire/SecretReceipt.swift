/// What the API in a cluster answers when it has taken a value to the vault, or away.
public struct SecretReceipt: Sendable, Hashable, Codable {
    /// Whether it is the secret's first value; nil when one was removed.
    public var isFirst: Bool?

    public init(isFirst: Bool?) {
        self.isFirst = isFirst
    }
}
