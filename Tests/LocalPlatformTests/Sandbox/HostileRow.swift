import Testing

@testable import LocalPlatform

/// What palana-hostile (sandbox-init/tests/hostile.c) tries, and what may come of it.
struct HostileRow: Sendable, CustomTestStringConvertible {
    let attempt: String
    let expected: [SandboxMode: String]

    /// Attempt, what is seen as root (of several, "A or B": kernels and hosts differ), what is seen as an ordinary user (nil = the same).
    private init(_ attempt: String, _ expected: String, user: String? = nil) {
        self.attempt = attempt
        self.expected = [.root: expected, .user: user ?? expected]
    }

    var testDescription: String { "\(attempt): \(expected[.root] ?? "")" }

    static let network = [
        HostileRow("tcp to an address", "ENETUNREACH"),
        HostileRow("tcp to the metadata address", "ENETUNREACH"),
        HostileRow("tcp to a private address", "ENETUNREACH"),
        HostileRow("tcp to the host's ssh on loopback", "ECONNREFUSED"),
        HostileRow("tcp by IPv6", "ENETUNREACH"),
        HostileRow("tcp by an IPv4-mapped IPv6 address", "ENETUNREACH"),
        HostileRow("tcp by a link-local address", "EINVAL"),
        HostileRow("udp (DNS) to a resolver", "ENETUNREACH"),
        HostileRow("udp (QUIC) to an address", "ENETUNREACH"),
        HostileRow("udp (QUIC) to loopback", "ECONNREFUSED"),
        HostileRow("udp without connecting", "ENETUNREACH"),
        HostileRow("udp to everybody", "ENETUNREACH"),
        HostileRow("udp to a group", "ENETUNREACH"),
        HostileRow("udp past routes", "ENETUNREACH"),
        HostileRow("ping of loopback", "EACCES"),
        HostileRow("ping of an address", "EACCES"),
        HostileRow("raw socket", "EPERM"),
        HostileRow("raw socket by IPv6", "EPERM"),
        HostileRow("raw IP", "EPROTONOSUPPORT"),
        HostileRow("packet socket", "EAFNOSUPPORT"),
        HostileRow("vsock", "EAFNOSUPPORT"),
        HostileRow("low port beside PID 1's", "EACCES"),
        HostileRow("PID 1's port", "EADDRINUSE"),
        HostileRow("an address for lo", "EPERM"),
        HostileRow("lo taken down", "EPERM"),
        HostileRow("a device of its own", "EPERM"),
        HostileRow("the gateway's socket", "EACCES", user: "ENOENT"),
        HostileRow("docker's socket", "ENOENT"),
        HostileRow("the system bus", "ENOENT"),
    ]

    static let processes = [
        HostileRow("a process of the host", "ENOENT"),
        HostileRow("a signal to a process of the host", "ESRCH"),
        HostileRow("ptrace of PID 1", "EPERM"),
        HostileRow("process_vm_readv of PID 1", "EPERM"),
        HostileRow("memory of PID 1", "EACCES"),
        HostileRow("environment of PID 1", "EACCES"),
        HostileRow("maps of PID 1", "EACCES"),
        HostileRow("root of PID 1", "EACCES"),
        HostileRow("folder of PID 1", "EACCES"),
        HostileRow("control socket of PID 1", "EACCES"),
        HostileRow("namespaces of PID 1", "EACCES"),
        HostileRow("program of PID 1", "EACCES"),
        HostileRow("limits of PID 1", "EPERM"),
        // In user mode PID 1 can be made likelier to die when memory runs out: its own sandbox ends, nothing else.
        HostileRow("badness of PID 1", "EACCES", user: "ok"),
        HostileRow("setuid(0)", "EPERM", user: "EINVAL"),
        HostileRow("setgid(0)", "EPERM", user: "EINVAL"),
        HostileRow("setgroups", "EPERM"),
        HostileRow("a capability", "EPERM"),
        HostileRow("more processes", "EPERM"),
        HostileRow("more open files", "EPERM"),
        HostileRow("larger core dumps", "EPERM"),
        HostileRow("real-time scheduling", "EPERM"),
        HostileRow("a better nice value", "EACCES"),
        HostileRow("a user namespace", "EPERM"),
        HostileRow("a mount namespace", "EPERM"),
        HostileRow("clone into a user namespace", "EPERM"),
        HostileRow("clone3", "ENOSYS"),
        HostileRow("another's network namespace", "EPERM"),
        HostileRow("no_new_privs taken back", "EINVAL"),
        HostileRow("chroot", "EPERM"),
        HostileRow("the host's name", "EPERM"),
        HostileRow("core dump", "none"),
        HostileRow("inherited descriptors", "0"),
    ]

    static let files = [
        HostileRow("mount", "EPERM"),
        HostileRow("unmount of /data", "EPERM"),
        HostileRow("remount writable", "EPERM"),
        HostileRow("file handles", "EPERM"),
        HostileRow("block device", "EPERM"),
        HostileRow("memory device", "EPERM"),
        HostileRow("file capability", "EPERM"),
        HostileRow("core_pattern", "EACCES or EROFS"),
        HostileRow("modprobe's path", "EACCES or EROFS or ENOENT"),
        HostileRow("unprivileged ports", "EACCES or EROFS"),
        HostileRow("sysrq", "EACCES or EROFS or ENOENT"),
        HostileRow("own badness lowered", "EACCES"),
        HostileRow("kernel memory", "EACCES or ENOENT"),
        HostileRow("kernel log", "EPERM or EACCES or ENOENT"),
        HostileRow("kernel log device", "ENOENT"),
        HostileRow("/sys", "ENOENT"),
        HostileRow("control groups", "ENOENT"),
        HostileRow("tun device", "ENOENT"),
        HostileRow("kvm", "ENOENT"),
        HostileRow("fuse", "ENOENT"),
        HostileRow("the host's disk", "ENOENT"),
        HostileRow("terminal of the user", "ENXIO"),
        HostileRow("bubblewrap's old root", "ENOENT"),
        HostileRow("bubblewrap's new root", "ENOENT"),
        HostileRow("palana-init overwritten", "EACCES or EROFS"),
        HostileRow("a program overwritten", "EACCES or EROFS"),
        HostileRow("a hard link to a program", "EXDEV"),
        HostileRow("/data renamed", "EROFS"),
        HostileRow("above the root", "ENOENT"),
        HostileRow("devices", "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"),
        HostileRow("setuid programs", "off"),
        HostileRow("mounts that honour setuid", "none"),
        HostileRow("/tmp filled", "8 MiB, then ENOSPC"),
        HostileRow("/dev/shm filled", "8 MiB, then ENOSPC"),
    ]
}
