import Foundation
import Glibc

/// Stops a sandbox's processes where they are, and lets them go on, from outside: the host sees them all, whatever they do.
struct SandboxPause: Sendable {
    /// The launcher's number on the host.
    let launcher: pid_t

    /// Passes until nothing new turns up; a fork in between is caught by the next one.
    private static let passes = 50

    /// Stops everything but PID 1, which must go on forwarding the end of streams and taking requests.
    func stop() {
        var stopped: Set<pid_t> = []
        for _ in 0..<Self.passes {
            let found = Set(processes())
            guard !found.isSubset(of: stopped) else { return }
            for process in found.subtracting(stopped) { kill(process, SIGSTOP) }
            stopped.formUnion(found)
        }
    }

    /// The same for an agent that means to get away: until two passes in a row found nothing that could still run. Said
    /// again it stops what has got loose meanwhile.
    ///
    /// - Returns: false when that didn't come about by `deadline`.
    func stopAll(until deadline: ContinuousClock.Instant) -> Bool {
        var calm = 0
        while calm < 2 {
            let loose = processes().filter { !ProcessStanding.isStopped($0) }
            calm = loose.isEmpty ? calm + 1 : 0
            for process in loose { kill(process, SIGSTOP) }
            guard ContinuousClock.now < deadline else { return false }
        }
        return true
    }

    /// Lets everything go on.
    func go() {
        for process in processes() { kill(process, SIGCONT) }
    }

    /// The sandbox's processes by their numbers on the host, without its PID 1: descendants of the launcher in another
    /// PID namespace than ours (proc(5), pid_namespaces(7)).
    func processes() -> [pid_t] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        let parents = Dictionary(
            uniqueKeysWithValues: entries.compactMap { id in Self.parent(of: id).map { (id, $0) } })
        let ours = Self.namespace(of: getpid())
        return entries.filter { id in
            isDescendant(id, parents) && Self.namespace(of: id) != ours && !Self.isFirst(id)
        }
    }

    private func isDescendant(_ id: pid_t, _ parents: [pid_t: pid_t]) -> Bool {
        var current = id
        // Bounded: /proc was read while processes came and went.
        for _ in 0..<parents.count {
            guard let parent = parents[current], parent > 0 else { return false }
            if parent == launcher { return true }
            current = parent
        }
        return false
    }

    private static func parent(of id: pid_t) -> pid_t? { field("PPid", of: id)?.first }

    /// Whether it is the sandbox's PID 1. The first of a namespace that the agent made itself has more numbers.
    private static func isFirst(_ id: pid_t) -> Bool {
        let numbers = field("NSpid", of: id) ?? []
        return numbers.count == 2 && numbers.last == 1
    }

    private static func field(_ name: String, of id: pid_t) -> [pid_t]? {
        guard let status = try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }

    private static func namespace(of id: pid_t) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/ns/pid")
    }
}
