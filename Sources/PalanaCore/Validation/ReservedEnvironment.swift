/// Variables that the platform sets in every sandbox, so that programs of all common runtimes find the proxy and trust
/// its CA. An agent that set them itself would only cut itself off, so they are refused.
public enum ReservedEnvironment {
    public static let names: Set<String> = [
        "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "FTP_PROXY",
        "AWS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "CURL_CA_BUNDLE", "DENO_CERT", "DENO_TLS_CA_STORE", "GIT_SSL_CAINFO",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "JAVA_TOOL_OPTIONS", "NIX_SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS",
        "NODE_USE_ENV_PROXY", "NPM_CONFIG_CAFILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE",
        "UV_NATIVE_TLS", "UV_SYSTEM_CERTS",
    ]

    /// Proxy variables are read in both letter cases; everything that begins with `PALANA_` is ours.
    public static func contains(_ name: String) -> Bool {
        let upper = name.uppercased()
        return names.contains(upper) || upper.hasPrefix("PALANA_")
    }
}
