import Testing

@testable import LocalPlatform

@Suite("bubblewrap is told")
struct BubblewrapArgumentsTests {
    private func arguments(
        _ mode: SandboxMode, mounts: [CheckedMount] = [], byProcess: Bool = false
    ) -> [String] {
        BubblewrapArguments(
            mode: mode, user: 2_000_000_007, host: "agent-x",
            root: RootLayout(arguments: ["--ro-bind", "/usr", "/usr"]),
            etcFolder: "/s/etc", etcNames: ["passwd", "hosts"], emptyFile: "/s/empty",
            certificateBundle: "/s/ca.pem", javaTruststore: "/s/ca.jks", dataFolder: "/s/data",
            gatewaySocket: "/s/gw/agent.sock", initProgram: "/lib/palana-init", mounts: mounts,
            limits: SandboxLimits(memory: 1000, processes: 9, openFiles: 99, temporary: 4096),
            limitsMemoryByProcess: byProcess, hiddenProcFiles: ["/proc/kcore"], hiddenProcFolders: ["/proc/scsi"]
        ).list
    }

    private func contains(_ list: [String], _ part: [String]) -> Bool {
        list.indices.contains { list[$0...].starts(with: part) }
    }

    @Test("in root mode to make no user namespace, and to keep five capabilities")
    func root() {
        let list = arguments(.root)
        let bubblewraps = list.prefix { $0 != "--" }
        for name in ["--unshare-all", "--unshare-user", "--uid", "--gid"] { #expect(!bubblewraps.contains(name)) }
        for name in ["pid", "net", "ipc", "uts", "cgroup-try"] { #expect(list.contains("--unshare-\(name)")) }
        let kept = zip(list, list.dropFirst()).filter { $0.0 == "--cap-add" }.map(\.1)
        #expect(Set(kept) == ["CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE", "CAP_KILL", "CAP_SETPCAP"])
    }

    @Test("in user mode to unshare everything, and to keep two")
    func user() {
        let list = arguments(.user)
        #expect(contains(list, ["--unshare-all", "--uid", "0", "--gid", "0"]))
        #expect(!list.contains("--disable-userns"))
        let kept = zip(list, list.dropFirst()).filter { $0.0 == "--cap-add" }.map(\.1)
        #expect(Set(kept) == ["CAP_NET_BIND_SERVICE", "CAP_SETFCAP"])
    }

    @Test(
        "in both modes",
        arguments: SandboxMode.allCases,
        [
            ["--die-with-parent"], ["--as-pid-1"], ["--clearenv"], ["--cap-drop", "ALL"], ["--remount-ro", "/"],
            ["--ro-bind", "/proc/sys", "/proc/sys"], ["--ro-bind", "/dev/null", "/proc/kcore"],
            ["--tmpfs", "/proc/scsi"],
            ["--perms", "1777", "--size", "4096", "--tmpfs", "/tmp"], ["--bind", "/s/data", "/data"],
            ["--ro-bind", "/s/gw", "/run/palana"], ["--ro-bind", "/s/etc/passwd", "/etc/passwd"],
            ["--ro-bind", "/s/ca.pem", "/etc/ssl/certs/ca-certificates.crt"],
            ["--ro-bind", "/s/ca.jks", "/etc/ssl/certs/java/cacerts"],
            ["--gateway", "/run/palana/agent.sock"], ["--processes", "9"], ["--open-files", "99"],
        ])
    func always(mode: SandboxMode, part: [String]) {
        #expect(contains(arguments(mode), part))
    }

    @Test("to mount read-only unless asked otherwise, and to keep hooks and config so even then")
    func mounts() {
        let plain = CheckedMount(source: "/a", destination: "/b", isWritable: false, repositories: [])
        #expect(contains(arguments(.user, mounts: [plain]), ["--ro-bind", "/a", "/b"]))
        let repositories = [
            CheckedMount.Repository(path: ".git", isFolder: true, has: ["hooks", "config"]),
            CheckedMount.Repository(path: "sub/.git", isFolder: false, has: []),
            CheckedMount.Repository(path: "new/.git", isFolder: true, has: [], lacks: ["config", "hooks"]),
        ]
        let writable = CheckedMount(source: "/a", destination: "/b", isWritable: true, repositories: repositories)
        #expect(contains(arguments(.user, mounts: [plain]), ["--readable", "/b"]))
        #expect(contains(arguments(.user, mounts: [writable]), ["--writable", "/b"]))
        let expected = [
            "--bind", "/a", "/b", "--bind", "/a/.git", "/b/.git", "--ro-bind", "/a/.git/config", "/b/.git/config",
            "--ro-bind", "/a/.git/hooks", "/b/.git/hooks", "--ro-bind", "/a/sub/.git", "/b/sub/.git",
            "--bind", "/a/new/.git", "/b/new/.git", "--ro-bind", "/s/empty", "/b/new/.git/config",
            "--perms", "0755", "--tmpfs", "/b/new/.git/hooks", "--remount-ro", "/b/new/.git/hooks",
        ]
        #expect(contains(arguments(.user, mounts: [writable]), expected))
    }

    @Test("to limit each process's memory only where no control group does")
    func memory() {
        #expect(contains(arguments(.user, byProcess: true), ["--memory", "1000"]))
        #expect(!arguments(.user).contains("--memory"))
    }
}

@Suite("The environment in a sandbox")
struct SandboxEnvironmentTests {
    @Test("names the proxy and the CA to every common runtime, whatever the agent's own variables say")
    func platformWins() {
        let own = ["HTTPS_PROXY": "http://evil", "SSL_CERT_FILE": "/x", "KEY": "placeholder", "PATH": "/own"]
        let result = SandboxEnvironment.variables(own: own, agent: "a", terminal: false)
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
            #expect(result[name] == "http://127.0.0.1:3128")
        }
        for name in [
            "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "npm_config_cafile",
            "GIT_SSL_CAINFO", "PIP_CERT", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "DENO_CERT",
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "BUNDLE_SSL_CA_CERT",
            "COMPOSER_CAFILE", "HEX_CACERTS_PATH", "NIX_SSL_CERT_FILE", "JULIA_SSL_CA_ROOTS_PATH",
        ] {
            #expect(result[name] == "/etc/ssl/certs/ca-certificates.crt")
        }
        #expect(result["NO_PROXY"] == "localhost,127.0.0.1,::1" && result["no_proxy"] == result["NO_PROXY"])
        #expect(result["NODE_USE_ENV_PROXY"] == "1" && result["KEY"] == "placeholder" && result["PATH"] == "/own")
        #expect(result["TERM"] == nil)
        let java = SandboxEnvironment.variables(own: ["JAVA_TOOL_OPTIONS": "-Xmx1g"], agent: "a", terminal: false)
        #expect(
            java["JAVA_TOOL_OPTIONS"]?.hasPrefix("-Xmx1g -Djavax.net.ssl.trustStore=/etc/ssl/certs/java/cacerts ")
                == true)
        #expect(result["JAVA_TOOL_OPTIONS"]?.contains("-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=3128") == true)
        #expect(SandboxEnvironment.variables(own: own, agent: "a", terminal: true)["TERM"] == "xterm-256color")
    }
}
