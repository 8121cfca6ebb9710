/// Where core dumps go. The platform turns its own off; a program that the kernel pipes dumps into runs as root outside every
/// sandbox, and gets an agent's memory if the agent crashes (core(5)).
struct CorePatternCheck: DoctorCheck {
    var system: SystemFiles

    func findings() async -> [DoctorFinding] { [finding()] }

    private func finding() -> DoctorFinding {
        guard let pattern = system.text("/proc/sys/kernel/core_pattern") else {
            return DoctorFinding("core dumps", .warning, "can't read /proc/sys/kernel/core_pattern")
        }
        guard pattern.hasPrefix("|") else {
            return DoctorFinding("core dumps", .ok, "go to files, which the platform and its sandboxes write none of")
        }
        let program = pattern.dropFirst().prefix { $0 != " " }
        return DoctorFinding(
            "core dumps", .warning, "go to \(program), which runs as root outside the sandboxes",
            mend: "sudo sysctl -w kernel.core_pattern=core")
    }
}
