/// The variables through which programs of all common runtimes find the gateway and trust its CA, on one machine and in a
/// cluster alike. docs/guides/single-machine.md says which variable is whose.
public struct RuntimeVariables: Sendable, Hashable {
    /// Where the bundle of trusted CAs is in every sandbox and pod, and what keeps it.
    public static let certificateFolder = "/etc/ssl/certs"
    public static let certificates = "\(certificateFolder)/ca-certificates.crt"
    /// The same for JVMs; Debian's look there by themselves.
    public static let javaTruststore = "\(certificateFolder)/java/cacerts"

    static let certificateVariables = [
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile",
        "GIT_SSL_CAINFO", "PIP_CERT", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "DENO_CERT",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "BUNDLE_SSL_CA_CERT",
        "COMPOSER_CAFILE", "HEX_CACERTS_PATH", "NIX_SSL_CERT_FILE", "JULIA_SSL_CA_ROOTS_PATH",
    ]

    /// Where the proxy listens.
    public var host: String
    public var port: Int
    /// Hosts that programs reach by themselves.
    public var direct: [String]

    public init(host: String, port: Int = 3_128, direct: [String]) {
        self.host = host
        self.port = port
        self.direct = direct
    }

    private var proxy: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// What JVMs take from `JAVA_TOOL_OPTIONS`; they read neither proxy variables nor PEM.
    public var javaOptions: [String] {
        let truststore = [
            "-Djavax.net.ssl.trustStore=\(Self.javaTruststore)", "-Djavax.net.ssl.trustStoreType=JKS",
        ]
        let proxy = ["http", "https"].flatMap { scheme in
            ["-D\(scheme).proxyHost=\(host)", "-D\(scheme).proxyPort=\(port)"]
        }
        return truststore + proxy + ["-Dhttp.nonProxyHosts=localhost|127.*|[::1]"]
    }

    /// All of them.
    /// - Parameter javaOptions: what the agent says itself; of two options of one name the last wins.
    public func values(javaOptions own: String? = nil) -> [String: String] {
        var result: [String: String] = [:]
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            result[name] = proxy
            result[name.lowercased()] = proxy
        }
        for name in ["NO_PROXY", "no_proxy"] { result[name] = direct.joined(separator: ",") }
        for name in Self.certificateVariables { result[name] = Self.certificates }
        result["SSL_CERT_DIR"] = Self.certificateFolder
        result["NODE_USE_ENV_PROXY"] = "1"
        result["JAVA_TOOL_OPTIONS"] = ([own].compactMap { $0 } + javaOptions).joined(separator: " ")
        return result
    }
}
