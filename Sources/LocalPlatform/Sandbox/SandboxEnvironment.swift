/// The whole environment of a process in the sandbox; nothing of the host's gets in.
public enum SandboxEnvironment {
    static let proxy = "http://127.0.0.1:3128"
    /// Where the bundle of trusted CAs is in every sandbox.
    static let certificates = "/etc/ssl/certs/ca-certificates.crt"
    /// The same for JVMs; Debian's look there by themselves.
    static let javaTruststore = "/etc/ssl/certs/java/cacerts"

    /// Variables through which common runtimes are told which CAs to trust (docs/guides/single-machine.md says which is
    /// whose).
    static let certificateVariables = [
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile",
        "GIT_SSL_CAINFO", "PIP_CERT", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "DENO_CERT",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "BUNDLE_SSL_CA_CERT",
        "COMPOSER_CAFILE", "HEX_CACERTS_PATH", "NIX_SSL_CERT_FILE", "JULIA_SSL_CA_ROOTS_PATH",
    ]

    /// What JVMs take from `JAVA_TOOL_OPTIONS`; they read neither proxy variables nor PEM.
    static let javaOptions = [
        "-Djavax.net.ssl.trustStore=\(javaTruststore)", "-Djavax.net.ssl.trustStoreType=JKS",
        "-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=3128", "-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=3128",
        "-Dhttp.nonProxyHosts=localhost|127.*|[::1]",
    ]

    /// The environment for an agent.
    /// - Parameters:
    ///   - own: the agent's variables and placeholders. They win over the defaults, but not over proxy and CA.
    ///   - terminal: whether the program has a terminal.
    public static func variables(own: [String: String], agent: String, terminal: Bool) -> [String: String] {
        var result = [
            "HOME": "/data", "USER": "agent", "LOGNAME": "agent", "SHELL": "/bin/sh", "LANG": "C.UTF-8",
            "TMPDIR": "/tmp",
            "PATH": "/data/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "PALANA_AGENT": agent,
        ]
        if terminal { result["TERM"] = "xterm-256color" }
        result.merge(own) { _, own in own }
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            result[name] = proxy
            result[name.lowercased()] = proxy
        }
        for name in ["NO_PROXY", "no_proxy"] { result[name] = "localhost,127.0.0.1,::1" }
        for name in certificateVariables { result[name] = certificates }
        result["SSL_CERT_DIR"] = "/etc/ssl/certs"
        result["NODE_USE_ENV_PROXY"] = "1"
        // Of two options of one name the last wins.
        result["JAVA_TOOL_OPTIONS"] = ([own["JAVA_TOOL_OPTIONS"]].compactMap { $0 } + javaOptions).joined(
            separator: " ")
        return result
    }
}
