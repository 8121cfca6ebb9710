public import PalanaCore

/// The body of `PUT /v1/agents/{agent}/secrets/{name}`. Only travels over the 0600 Unix socket and is never logged.
public struct SecretAddition: Sendable, Codable {
    public var mode: SecretMode
    public var hosts: [String]
    public var positions: [SecretPosition]
    /// A format-preserving pattern such as `ghp_{random:36}`; nil for the default.
    public var placeholderPattern: String?
    public var value: String
    /// A lure: any use raises an alarm. Nil leaves a declaration as it stands.
    public var canary: Bool?

    public init(
        mode: SecretMode, hosts: [String], positions: [SecretPosition], placeholderPattern: String?,
        value: Secret<String>, canary: Bool? = nil
    ) {
        self.mode = mode
        self.hosts = hosts
        self.positions = positions
        self.placeholderPattern = placeholderPattern
        self.value = value.exposed
        self.canary = canary
    }
}

/// The body of `POST /v1/agents/{agent}/secrets/{name}/rotate`.
public struct SecretRotation: Sendable, Codable {
    public var value: String

    public init(value: Secret<String>) {
        self.value = value.exposed
    }
}

/// One secret as `palana secrets list` shows it: everything but its value.
public struct SecretListing: Sendable, Hashable, Codable {
    public var name: String
    public var mode: SecretMode
    public var hosts: [String]
    public var positions: [SecretPosition]
    public var placeholder: String?

    public init(
        name: String, mode: SecretMode, hosts: [String], positions: [SecretPosition], placeholder: String?
    ) {
        self.name = name
        self.mode = mode
        self.hosts = hosts
        self.positions = positions
        self.placeholder = placeholder
    }
}
