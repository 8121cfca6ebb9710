public import PalanaCore

/// Where the API server is, how it is trusted, and as whom it is called. Made by hand, from kubeconfig files
/// (`Kubeconfig`) or from what a pod is given (`inCluster`).
public struct KubernetesConfiguration: Sendable {
    public var server: ServerAddress
    /// The certificates that are trusted, in PEM; nil means the system's.
    public var certificateAuthority: PEMSource?
    /// The name that the API server's certificate must have, when it isn't the host of `server`.
    public var serverName: String?
    public var credentials: KubernetesCredentials
    /// In whose name calls are made.
    public var impersonation: Impersonation?
    /// The namespace that is meant when a person names none; `default` if nothing else is said.
    public var namespace: String
    /// How long one call may take in all, repetitions and body included. Watches are not bound by it.
    public var requestTimeout: Duration
    /// After how long the API server ends a watch, which then goes on in a new one.
    public var watchTimeout: Duration
    /// A watch on which nothing came for so long (bookmarks come each minute) is taken for broken.
    public var watchSilence: Duration
    /// How many connections are open at most for calls; more wait. Watches have their own, one each.
    public var connectionLimit: Int
    /// How a client presents itself in the API server's log.
    public var userAgent: String

    public init(
        server: ServerAddress, certificateAuthority: PEMSource? = nil, serverName: String? = nil,
        credentials: KubernetesCredentials = KubernetesCredentials(), impersonation: Impersonation? = nil,
        namespace: String = "default", requestTimeout: Duration = .seconds(30), watchTimeout: Duration = .seconds(290),
        watchSilence: Duration = .seconds(120), connectionLimit: Int = 32, userAgent: String = "palana"
    ) {
        self.server = server
        self.certificateAuthority = certificateAuthority
        self.serverName = serverName
        self.credentials = credentials
        self.impersonation = impersonation
        self.namespace = namespace
        self.requestTimeout = requestTimeout
        self.watchTimeout = watchTimeout
        self.watchSilence = watchSilence
        self.connectionLimit = connectionLimit
        self.userAgent = userAgent
    }
}

/// How a client shows who it is; any of these, or none.
public struct KubernetesCredentials: Sendable {
    public var token: TokenSource?
    public var certificate: ClientCertificate?
    /// A program that gives a token or certificate; asked when neither of the others is there.
    public var plugin: ExecPlugin?

    public init(token: TokenSource? = nil, certificate: ClientCertificate? = nil, plugin: ExecPlugin? = nil) {
        self.token = token
        self.certificate = certificate
        self.plugin = plugin
    }
}

/// A bearer token.
public enum TokenSource: Sendable {
    case value(Secret<String>)
    /// A file's path; it is read again as it rotates.
    case file(String)
}

/// Certificates or a key.
public enum PEMSource: Sendable {
    case value(Secret<[UInt8]>)
    /// A file's path; it is read again as it rotates.
    case file(String)
}

/// A client certificate with its key.
public struct ClientCertificate: Sendable {
    public var certificate: PEMSource
    public var key: PEMSource

    public init(certificate: PEMSource, key: PEMSource) {
        self.certificate = certificate
        self.key = key
    }
}
