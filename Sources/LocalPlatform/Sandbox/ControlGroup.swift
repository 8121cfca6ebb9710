import Foundation
import Glibc

/// One agent's control group, in version 2 or in each hierarchy of version 1.
struct ControlGroup: Sendable {
    /// Its folders, one for each hierarchy.
    let folders: [String]
    /// The one of version 2, which can make its processes stand still; nil where the machine has none.
    var freezer: Freezer?

    /// Files that a process writes itself into to enter the group.
    var entrances: [String] { folders.map { "\($0)/cgroup.procs" } }

    /// Makes the group with its limits; what a supervisor that died left there is reused.
    /// - Returns: nil when the method has no groups.
    static func make(
        _ name: String, method: LimitMethod, limits: SandboxLimits
    ) throws(SandboxError) -> ControlGroup? {
        let group = try limited(name, method: method, limits: limits)
        // That predecessor may have died with its agent frozen.
        group?.freezer?.thaw()
        return group
    }

    private static func limited(
        _ name: String, method: LimitMethod, limits: SandboxLimits
    ) throws(SandboxError) -> ControlGroup? {
        switch method {
        case .unified(let parent):
            return try unified(name, below: parent, limits)
        case .separate(let parents):
            for parent in parents.values.sorted() {
                try makeFolder(parent)
                try makeFolder("\(parent)/\(name)")
            }
            if let pids = parents["pids"] { try write(String(limits.processes), to: "\(pids)/\(name)/pids.max") }
            if let memory = parents["memory"] { try limitMemory("\(memory)/\(name)", limits.memory) }
            if let cpu = parents["cpu"] {
                try write(String(period), to: "\(cpu)/\(name)/cpu.cfs_period_us")
                try write(limits.cpus.map { String(quota($0)) } ?? "-1", to: "\(cpu)/\(name)/cpu.cfs_quota_us")
            }
            return ControlGroup(
                folders: parents.values.sorted().map { "\($0)/\(name)" },
                freezer: parents[LimitMethod.freezer].flatMap { Freezer("\($0)/\(name)") })
        case .scope, .processLimits:
            return nil
        }
    }

    /// Version 2. Only the controllers that the machine has are used; ``LimitMethod`` saw that the needed ones are there.
    private static func unified(
        _ name: String, below parent: String, _ limits: SandboxLimits
    ) throws(SandboxError) -> ControlGroup {
        let root = (parent as NSString).deletingLastPathComponent
        let used = (LimitMethod.controllers(of: root) ?? []).intersection(["cpu", "memory", "pids"])
        let folder = "\(parent)/\(name)"
        try makeFolder(parent)
        for above in [root, parent] where !used.isEmpty {
            try write(used.sorted().map { "+\($0)" }.joined(separator: " "), to: "\(above)/cgroup.subtree_control")
        }
        try makeFolder(folder)
        if used.contains("pids") { try write(String(limits.processes), to: "\(folder)/pids.max") }
        if used.contains("memory") {
            try write(limits.memory.map(String.init) ?? "max", to: "\(folder)/memory.max")
            if limits.memory != nil { try writeIfThere("0", to: "\(folder)/memory.swap.max") }
        }
        if used.contains("cpu") {
            try write("\(limits.cpus.map { String(quota($0)) } ?? "max") \(period)", to: "\(folder)/cpu.max")
        }
        return ControlGroup(folders: [folder], freezer: Freezer(folder))
    }

    /// How often the kernel killed a process of the group because memory ran out.
    var memoryKills: Int {
        let files = folders.flatMap { ["\($0)/memory.events", "\($0)/memory.oom_control"] }
        let lines = files.compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
            .flatMap { $0.split(separator: "\n") }
        return lines.filter { $0.hasPrefix("oom_kill ") }.compactMap { Int($0.dropFirst("oom_kill ".count)) }.reduce(
            0, +)
    }

    /// How much time of processors the group has used; nil where its hierarchy doesn't count that.
    var processorTime: Duration? {
        for folder in folders {
            if let text = try? String(contentsOfFile: "\(folder)/cpu.stat", encoding: .utf8),
                let line = text.split(separator: "\n").first(where: { $0.hasPrefix("usage_usec ") }),
                let microseconds = Int64(line.dropFirst("usage_usec ".count))
            {
                return .microseconds(microseconds)
            }
            if let text = try? String(contentsOfFile: "\(folder)/cpuacct.usage", encoding: .utf8),
                let nanoseconds = Int64(text.trimmingCharacters(in: .whitespacesAndNewlines))
            {
                return .nanoseconds(nanoseconds)
            }
        }
        return nil
    }

    /// Removes the group once its last process is gone; false while there is one.
    func remove() -> Bool {
        folders.map { rmdir($0) == 0 || errno == ENOENT }.allSatisfy { $0 }
    }

    /// Kills whatever is left in the group.
    func killAll() {
        for folder in folders {
            let text = (try? String(contentsOfFile: "\(folder)/cgroup.procs", encoding: .utf8)) ?? ""
            for process in text.split(separator: "\n").compactMap({ pid_t($0) }) where process > 1 {
                kill(process, SIGKILL)
            }
        }
    }

    private static let period = 100_000

    private static func quota(_ cpus: Double) -> Int { max(1_000, Int(cpus * Double(period))) }

    /// The limit with swap can't be under the one without, nor the other way round: raising and lowering differ in
    /// their order, so both orders are tried.
    private static func limitMemory(_ folder: String, _ bytes: UInt64?) throws(SandboxError) {
        let value = bytes.map(String.init) ?? "-1"
        try? writeIfThere(value, to: "\(folder)/memory.memsw.limit_in_bytes")
        try write(value, to: "\(folder)/memory.limit_in_bytes")
        try writeIfThere(value, to: "\(folder)/memory.memsw.limit_in_bytes")
    }

    private static func makeFolder(_ path: String) throws(SandboxError) {
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .failed("Can't make the control group \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func writeIfThere(_ text: String, to path: String) throws(SandboxError) {
        if access(path, F_OK) == 0 { try write(text, to: path) }
    }

    private static func write(_ text: String, to path: String) throws(SandboxError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        defer { if file >= 0 { close(file) } }
        guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
            throw .failed("Can't set the limit \(path) to \(text): \(String(cString: strerror(errno)))")
        }
    }
}
