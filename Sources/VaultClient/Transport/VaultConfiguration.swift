/// Where the vault (OpenBao or HashiCorp Vault, HTTP API v1) is and how it is reached.
public struct VaultConfiguration: Sendable {
    /// How to reach the vault's API.
    public var address: VaultAddress
    /// Value of `X-Vault-Namespace`; nil = the root namespace.
    public var namespace: String?
    /// Path of a PEM file with the certificates that are trusted instead of the system's.
    public var caCertificateFile: String?
    /// Paths of the PEM files this client shows the vault; both or none.
    public var clientCertificateFile: String?
    public var clientKeyFile: String?
    /// Where the KV v2 engine is mounted.
    public var mount: String
    /// Where the AppRole method is mounted, below `auth/`.
    public var appRoleMount: String
    /// How long one call may take in all, connection, retries and body included.
    public var requestTimeout: Duration

    public init(
        address: VaultAddress, namespace: String? = nil, caCertificateFile: String? = nil,
        clientCertificateFile: String? = nil, clientKeyFile: String? = nil, mount: String = "kv",
        appRoleMount: String = "approle", requestTimeout: Duration = .seconds(2)
    ) {
        self.address = address
        self.namespace = namespace
        self.caCertificateFile = caCertificateFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
        self.mount = mount
        self.appRoleMount = appRoleMount
        self.requestTimeout = requestTimeout
    }
}

extension VaultConfiguration {
    /// The configuration that `VAULT_ADDR`, `VAULT_NAMESPACE`, `VAULT_CACERT`, `VAULT_CLIENT_CERT` and
    /// `VAULT_CLIENT_KEY`
    /// describe; nil when there is no `VAULT_ADDR` and so no vault of the user's own.
    /// - Parameter environment: the variables of the process, handed in by the composition root.
    public init?(environment: [String: String]) throws(VaultFailure) {
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let address = value("VAULT_ADDR") else { return nil }
        self.init(
            address: try VaultAddress(address), namespace: value("VAULT_NAMESPACE"),
            caCertificateFile: value("VAULT_CACERT"), clientCertificateFile: value("VAULT_CLIENT_CERT"),
            clientKeyFile: value("VAULT_CLIENT_KEY"))
        guard (clientCertificateFile == nil) == (clientKeyFile == nil) else {
            throw .configuration("VAULT_CLIENT_CERT and VAULT_CLIENT_KEY belong together: set both or neither.")
        }
    }
}
