public import PalanaCore

/// What a service logs in with: an AppRole's role id and secret id.
public struct VaultAppRole: Sendable {
    public var roleID: String
    public var secretID: Secret<String>

    public init(roleID: String, secretID: Secret<String>) {
        self.roleID = roleID
        self.secretID = secretID
    }
}
