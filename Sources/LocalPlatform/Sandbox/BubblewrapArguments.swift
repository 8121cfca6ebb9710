/// The arguments of bubblewrap for one sandbox: a pure function of what it is to hold.
struct BubblewrapArguments {
    /// Where PID 1 and the gateway's socket are in every sandbox.
    static let initPath = "/run/palana-init"
    static let gatewayFolder = "/run/palana"
    /// The number of the control socket in PID 1.
    static let controlNumber: Int32 = 3

    var mode: SandboxMode
    var user: UInt32
    var host: String
    var root: RootLayout
    /// Folder of the files that ``EtcFiles`` wrote, and their names.
    var etcFolder: String
    var etcNames: [String]
    /// An empty file of ours.
    var emptyFile: String
    var certificateBundle: String
    /// The same CAs for JVMs (``JavaTruststore``).
    var javaTruststore: String
    var dataFolder: String
    var gatewaySocket: String
    var initProgram: String
    var mounts: [CheckedMount]
    /// The number under which bubblewrap has a source of theirs open (``MountSources``).
    var openedSources: [String: Int32] = [:]
    var limits: SandboxLimits
    /// Where no control group limits memory, each process's private memory is limited.
    var limitsMemoryByProcess: Bool
    /// Files and folders of `/proc` that exist on this machine and are hidden.
    var hiddenProcFiles: [String] = []
    var hiddenProcFolders: [String] = []

    /// All arguments, without the program's name.
    var list: [String] {
        isolation + openFolders + root.arguments + etc + kernelFolders + folders + mounts.flatMap(arguments)
            + lockRoot
            + ["--", Self.initPath] + initArguments
    }

    /// Namespaces and capabilities. In root mode PID 1 keeps what it takes to bind its ports (NET_BIND_SERVICE), to
    /// give each process the agent's user (SETUID, SETGID), to signal them (KILL) and to empty the bounding set
    /// (SETPCAP); it drops the first and the last before the agent starts. No `--disable-userns`: it would put PID 1
    /// into a second user namespace, which doesn't own the network namespace and so can't bind low ports.
    private var isolation: [String] {
        let common = ["--die-with-parent", "--as-pid-1", "--clearenv", "--hostname", host, "--cap-drop", "ALL"]
        return switch mode {
        case .root:
            ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"] + common
                + ["CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE", "CAP_KILL", "CAP_SETPCAP"]
                .flatMap { ["--cap-add", $0] }
        case .user:
            ["--unshare-all", "--uid", "0", "--gid", "0"] + common
                + ["CAP_NET_BIND_SERVICE", "CAP_SETFCAP"].flatMap { ["--cap-add", $0] }
        }
    }

    /// Made before anything else: bubblewrap makes the parents of what only we can read closed to the agent, too.
    private var openFolders: [String] {
        let ours = [
            "/etc", "/etc/ssl", "/etc/ssl/certs", "/etc/ssl/certs/java", "/etc/pki", "/etc/pki/tls",
            "/etc/pki/tls/certs", "/run",
        ]
        return (ours + mounts.flatMap { Self.parents(of: $0.destination) })
            .flatMap { ["--perms", "0755", "--dir", $0] }
    }

    /// The folders above a path without the root, the highest first.
    private static func parents(of path: String) -> [String] {
        path.split(separator: "/").dropLast().reduce(into: []) { $0.append("\($0.last ?? "")/\($1)") }
    }

    private var etc: [String] {
        var arguments: [String] = []
        for name in etcNames.sorted() { arguments += ["--ro-bind", "\(etcFolder)/\(name)", "/etc/\(name)"] }
        for name in EtcFiles.bundles { arguments += ["--ro-bind", certificateBundle, "/etc/\(name)"] }
        return arguments + ["--ro-bind", javaTruststore, SandboxEnvironment.javaTruststore]
    }

    /// /proc with what speaks to the whole machine read-only or hidden, and the few harmless devices.
    private var kernelFolders: [String] {
        ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys"]
            + hiddenProcFiles.flatMap { ["--ro-bind", "/dev/null", $0] }
            + hiddenProcFolders.flatMap { ["--tmpfs", $0, "--remount-ro", $0] }
            + ["--dev", "/dev", "--perms", "1777", "--size", String(limits.temporary), "--tmpfs", "/dev/shm"]
            + ["--remount-ro", "/dev"]
    }

    private var folders: [String] {
        let socketFolder = gatewaySocket.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        return [
            "--perms", "1777", "--size", String(limits.temporary), "--tmpfs", "/tmp",
            "--bind", dataFolder, "/data",
            "--ro-bind", socketFolder, Self.gatewayFolder, "--ro-bind", initProgram, Self.initPath,
        ]
    }

    /// The root itself is a tmpfs: nothing may be written beside the places meant for it.
    private var lockRoot: [String] { ["--remount-ro", "/", "--chdir", "/"] }

    private func arguments(for mount: CheckedMount) -> [String] {
        guard mount.isWritable else { return ["--ro-bind", opened(mount.source), mount.destination] }
        let whole = ["--bind", opened(mount.source), mount.destination]
        return mount.repositories.reduce(into: whole) { arguments, repository in
            let source = mount.source(of: repository)
            let destination = repository.path.isEmpty ? mount.destination : "\(mount.destination)/\(repository.path)"
            guard repository.isFolder else {
                arguments += ["--ro-bind", opened(source), destination]
                return
            }
            // A mount point can't be renamed or removed: the repository can't be put aside for another.
            if !repository.path.isEmpty { arguments += ["--bind", opened(source), destination] }
            for name in repository.has.sorted() {
                arguments += ["--ro-bind", opened("\(source)/\(name)"), "\(destination)/\(name)"]
            }
            for name in repository.lacks.sorted() { arguments += emptied("\(destination)/\(name)") }
        }
    }

    private func opened(_ path: String) -> String {
        openedSources[path].map { "/proc/self/fd/\($0)" } ?? path
    }

    /// Something empty that can't be written. On the host its mount point stays behind, empty as well.
    private func emptied(_ path: String) -> [String] {
        path.hasSuffix("/hooks")
            ? ["--perms", "0755", "--tmpfs", path, "--remount-ro", path] : ["--ro-bind", emptyFile, path]
    }

    private var initArguments: [String] {
        let name = gatewaySocket.split(separator: "/").last.map(String.init) ?? ""
        var arguments = [
            "--mode", mode.rawValue, "--uid", String(user), "--control", String(Self.controlNumber),
            "--gateway", "\(Self.gatewayFolder)/\(name)", "--open-files", String(limits.openFiles),
            "--processes", String(limits.processes),
        ]
        for mount in mounts { arguments += [mount.isWritable ? "--writable" : "--readable", mount.destination] }
        if limitsMemoryByProcess, let memory = limits.memory { arguments += ["--memory", String(memory)] }
        return arguments
    }
}
