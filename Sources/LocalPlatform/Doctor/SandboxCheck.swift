internal import ServiceSupport

/// Whether bubblewrap really makes a sandbox here, with the namespaces that an agent gets: containers and hardened kernels may
/// refuse what every setting seems to allow.
struct SandboxCheck: DoctorCheck {
    var locator: ToolLocator
    var isRoot: Bool

    func findings() async -> [DoctorFinding] {
        guard let bubblewrap = await locator.find(.bubblewrap).path else { return [] }
        let output = await CommandOutput.of(bubblewrap, arguments)
        if output.succeeded {
            return [DoctorFinding("sandbox", .ok, "bubblewrap starts a program with no network of its own")]
        }
        return [DoctorFinding("sandbox", .missing, "bubblewrap can't make a sandbox: \(output.lastLine)", mend: mend)]
    }

    private var arguments: [String] {
        let namespaces =
            isRoot
            ? ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
            : ["--unshare-all", "--uid", "0", "--gid", "0"]
        return namespaces + [
            "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "true",
        ]
    }

    private var mend: String {
        isRoot
            ? "give this container the capability SYS_ADMIN and an unmasked /proc, or use a virtual machine"
            : "sudo sysctl -w kernel.unprivileged_userns_clone=1 (or kernel.apparmor_restrict_unprivileged_userns=0)"
    }
}
