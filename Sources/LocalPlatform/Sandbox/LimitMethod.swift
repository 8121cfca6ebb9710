import Foundation

/// How the limits of memory, CPU and processes are enforced on this machine.
public enum LimitMethod: Sendable, Equatable, CustomStringConvertible {
    /// The unified hierarchy; the folder under which each agent gets a group.
    case unified(folder: String)
    /// Version 1: the folder of each controller.
    case separate(folders: [String: String])
    /// A transient scope of the user's systemd. - Parameter runtimeFolder: `XDG_RUNTIME_DIR`.
    case scope(systemdRun: String, runtimeFolder: String)
    /// Nothing but the limits of each process.
    case processLimits

    /// Finds the best one.
    /// - Parameters:
    ///   - mode: control groups are made as root only.
    ///   - groups: where control groups are mounted.
    ///   - runtimeFolder: the user's `XDG_RUNTIME_DIR`, if there is one.
    public static func detect(
        mode: SandboxMode, groups: String = "/sys/fs/cgroup", runtimeFolder: String?, tools: [String]
    ) -> LimitMethod {
        let files = FileManager.default
        switch mode {
        case .root:
            if let controllers = controllers(of: groups) {
                return controllers.isSuperset(of: ["memory", "pids"])
                    ? .unified(folder: "\(groups)/palana") : .processLimits
            }
            let names = ["memory", "pids", "cpu"].filter { files.fileExists(atPath: "\(groups)/\($0)/cgroup.procs") }
            guard Set(names).isSuperset(of: ["memory", "pids"]) else { return .processLimits }
            var folders = Dictionary(uniqueKeysWithValues: names.map { ($0, "\(groups)/\($0)/palana") })
            // Beside the others systemd mounts version 2, without controllers.
            if files.isWritableFile(atPath: "\(groups)/unified/cgroup.procs") {
                folders[freezer] = "\(groups)/unified/palana"
            }
            return .separate(folders: folders)
        case .user:
            let program = tools.map { "\($0)/systemd-run" }.first { files.isExecutableFile(atPath: $0) }
            guard let program, let runtimeFolder, files.fileExists(atPath: "\(runtimeFolder)/systemd/private") else {
                return .processLimits
            }
            return .scope(systemdRun: program, runtimeFolder: runtimeFolder)
        }
    }

    /// The name under which a hierarchy of version 2 stands among those of version 1.
    static let freezer = "freezer"

    /// The controllers of a version 2 hierarchy's folder; nil when it is none.
    static func controllers(of folder: String) -> Set<String>? {
        let text = try? String(contentsOfFile: "\(folder)/cgroup.controllers", encoding: .utf8)
        return text.map { Set($0.split(whereSeparator: \.isWhitespace).map(String.init)) }
    }

    /// Whether an agent as a whole is held to its limits.
    public var limitsWholeAgents: Bool { self != .processLimits }

    /// What `up` says about it.
    public var description: String {
        switch self {
        case .unified: "control groups (version 2)"
        case .separate: "control groups (version 1)"
        case .scope: "scopes of the user's systemd"
        case .processLimits: "limits of each process only (no control groups at hand)"
        }
    }

    /// The command that runs `command` within a scope; otherwise the command itself.
    func wrapping(_ command: [String], limits: SandboxLimits) -> [String] {
        guard case .scope(let systemdRun, _) = self else { return command }
        var properties = ["TasksMax=\(limits.processes)"]
        if let memory = limits.memory { properties += ["MemoryMax=\(memory)", "MemorySwapMax=0"] }
        if let cpus = limits.cpus { properties.append("CPUQuota=\(Int((cpus * 100).rounded(.up)))%") }
        return [systemdRun, "--user", "--scope", "--quiet", "--collect"] + properties.flatMap { ["-p", $0] } + ["--"]
            + command
    }

    /// What the launcher's environment needs.
    var environment: [String: String] {
        guard case .scope(_, let runtimeFolder) = self else { return [:] }
        return ["XDG_RUNTIME_DIR": runtimeFolder, "DBUS_SESSION_BUS_ADDRESS": "unix:path=\(runtimeFolder)/bus"]
    }
}
