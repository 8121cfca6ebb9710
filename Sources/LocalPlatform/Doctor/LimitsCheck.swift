internal import Foundation

/// How memory, CPU and the number of processes of an agent can be limited here: by cgroups as root, by the user's own systemd
/// otherwise, else by rlimits alone.
struct LimitsCheck: DoctorCheck {
    var isRoot: Bool
    var system: SystemFiles
    /// The path of `systemd-run`, if there is one.
    var systemdRun: String?
    var runtimeFolder: String?

    private static let name = "limits"
    private static let controllers = ["memory", "cpu", "pids"]

    func findings() async -> [DoctorFinding] { [isRoot ? asRoot() : asUser()] }

    private func asRoot() -> DoctorFinding {
        if let offered = system.text("/sys/fs/cgroup/cgroup.controllers") {
            return unified(offered.split(separator: " ").map(String.init))
        }
        let lacking = Self.controllers.filter { !system.isWritable("/sys/fs/cgroup/\($0)") }
        if lacking.isEmpty { return DoctorFinding(Self.name, .ok, "cgroup v1 (memory, cpu, pids)") }
        return weak("cgroup v1 lacks \(lacking.joined(separator: ", ")) under /sys/fs/cgroup")
    }

    private func unified(_ offered: [String]) -> DoctorFinding {
        let lacking = Self.controllers.filter { !offered.contains($0) }
        guard lacking.isEmpty else { return weak("cgroup v2 lacks \(lacking.joined(separator: ", "))") }
        guard system.isWritable("/sys/fs/cgroup/cgroup.procs") else { return weak("/sys/fs/cgroup is read-only") }
        return DoctorFinding(Self.name, .ok, "cgroup v2 (memory, cpu, pids)")
    }

    private func asUser() -> DoctorFinding {
        guard let systemdRun else { return weak("there is no systemd-run") }
        guard let runtimeFolder, FileManager.default.fileExists(atPath: "\(runtimeFolder)/systemd/private") else {
            return weak("no systemd of this user is running")
        }
        return DoctorFinding(Self.name, .ok, "\(systemdRun) --user --scope")
    }

    /// Agents run all the same, held by rlimits; `--require-limits` refuses that.
    private func weak(_ reason: String) -> DoctorFinding {
        DoctorFinding(
            Self.name, .warning, "\(reason): agents are held by rlimits only",
            mend: isRoot
                ? "mount cgroup2 writable at /sys/fs/cgroup, with the memory, cpu and pids controllers"
                : "sudo loginctl enable-linger $USER, then log in again; or run palana as root")
    }
}
