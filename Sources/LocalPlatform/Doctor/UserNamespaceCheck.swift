/// Whether an ordinary user may make user namespaces, which its sandboxes consist of. Root needs none.
struct UserNamespaceCheck: DoctorCheck {
    var isRoot: Bool
    var system: SystemFiles

    private static let name = "user namespaces"

    /// Settings that forbid them: the file, the value that forbids, the command that allows.
    private static let settings = [
        (file: "/proc/sys/kernel/unprivileged_userns_clone", forbids: "0", key: "kernel.unprivileged_userns_clone=1"),
        (file: "/proc/sys/user/max_user_namespaces", forbids: "0", key: "user.max_user_namespaces=10000"),
        (
            file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", forbids: "1",
            key: "kernel.apparmor_restrict_unprivileged_userns=0"
        ),
    ]

    func findings() async -> [DoctorFinding] {
        if isRoot { return [DoctorFinding(Self.name, .ok, "not needed: the platform runs as root")] }
        guard system.exists("/proc/self/ns/user") else {
            return [
                DoctorFinding(Self.name, .missing, "this kernel has no user namespaces", mend: "run palana as root")
            ]
        }
        let forbidding = Self.settings.filter { system.text($0.file) == $0.forbids }
        if forbidding.isEmpty { return [DoctorFinding(Self.name, .ok, "allowed for ordinary users")] }
        return forbidding.map {
            DoctorFinding(
                Self.name, .missing, "\($0.file) is \($0.forbids), so ordinary users can't make sandboxes",
                mend: "sudo sysctl -w \($0.key)")
        }
    }
}
