import Foundation
import Glibc

/// How much time of processors trees of processes have used, by proc(5); for sandboxes without a control group. What
/// ended is counted by the parent that has waited for it.
enum ProcessorTimes {
    private struct Entry {
        var parent: pid_t
        var ticks: Int64
    }

    /// - Returns: for each root the time of it and of all below.
    static func below(_ roots: Set<pid_t>) -> [pid_t: Duration] {
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        let entries = Dictionary(uniqueKeysWithValues: ids.compactMap { id in entry(of: id).map { (id, $0) } })
        var sums: [pid_t: Int64] = [:]
        for (id, entry) in entries {
            guard let root = root(of: id, entries, roots) else { continue }
            sums[root, default: 0] += entry.ticks
        }
        let perSecond = max(Int64(sysconf(Int32(_SC_CLK_TCK))), 1)
        return sums.mapValues { .milliseconds($0 * 1_000 / perSecond) }
    }

    private static func root(of id: pid_t, _ entries: [pid_t: Entry], _ roots: Set<pid_t>) -> pid_t? {
        var current = id
        // Bounded: /proc was read while processes came and went.
        for _ in 0..<entries.count {
            if roots.contains(current) { return current }
            guard let parent = entries[current]?.parent, parent > 0 else { return nil }
            current = parent
        }
        return nil
    }

    /// From behind the name, which may itself hold parentheses and blanks: fields 4 and 14 to 17 of `stat`.
    private static func entry(of id: pid_t) -> Entry? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 14, let parent = pid_t(fields[1]) else { return nil }
        return Entry(parent: parent, ticks: fields[11...14].compactMap { Int64($0) }.reduce(0, +))
    }
}
