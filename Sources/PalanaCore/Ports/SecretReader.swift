/// Which secret of which agent.
public struct SecretReference: Hashable, Sendable {
    public var owner: String
    public var agent: String
    public var name: String
    public var mode: SecretMode

    public init(owner: String, agent: String, name: String, mode: SecretMode) {
        self.owner = owner
        self.agent = agent
        self.name = name
        self.mode = mode
    }
}

/// Why a secret could not be had.
public enum SecretFailure: Error, Sendable, Hashable {
    /// There is no such path or field; the sentence names it.
    case missing(String)
    /// The vault refused (403).
    case forbidden(String)
    /// Sealed, unreachable, slow or nonsense.
    case unavailable(String)
}

/// Reads secret values. The gateway's only way to them; throws, never answers with an old value it can't vouch for.
public protocol SecretReader: Sendable {
    func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String>
}

/// Writes secret values, for the API. It can't read them back.
public protocol SecretWriter: Sendable {
    /// - Returns: whether it is the first value of this secret.
    @discardableResult
    func write(_ value: Secret<String>, to reference: SecretReference) async throws(SecretFailure) -> Bool
    func remove(_ reference: SecretReference) async throws(SecretFailure)
}
