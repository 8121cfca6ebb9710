import PalanaCore

/// The whole environment of a process in the sandbox; nothing of the host's gets in.
public enum SandboxEnvironment {
    private static let runtime = RuntimeVariables(host: "127.0.0.1", direct: ["localhost", "127.0.0.1", "::1"])
    /// Where JVMs find the trusted CAs; Debian's look there by themselves.
    static let javaTruststore = RuntimeVariables.javaTruststore

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
        result.merge(runtime.values(javaOptions: own["JAVA_TOOL_OPTIONS"])) { _, ours in ours }
        return result
    }
}
