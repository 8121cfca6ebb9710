/// The whole environment of a process in the sandbox; nothing of the host's gets in.
public enum SandboxEnvironment {
    static let proxy = "http://127.0.0.1:3128"
    /// Where the bundle of trusted CAs is in every sandbox.
    static let certificates = "/etc/ssl/certs/ca-certificates.crt"

    /// Variables through which common runtimes are told which CAs to trust.
    static let certificateVariables = [
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "PIP_CERT",
        "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "DENO_CERT", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
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
        return result
    }
}
