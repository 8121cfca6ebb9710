import PalanaCore
import Synchronization

/// When each agent last did something. Written on every decision, so it only keeps a moment under a lock.
public final class ActivityBook: Sendable {
    private struct Entry {
        var last: ContinuousClock.Instant?
        /// People who are attached to one of its processes.
        var sessions = 0
        /// Requests to these are none; nil while nobody asks about the agent's requests.
        var ignored: [String]?
    }

    private let entries = Mutex<[AgentID: Entry]>([:])

    public init() {}

    /// From now on requests of exactly these agents count, but for those to the given hosts.
    func follow(_ agents: [AgentID: [String]]) {
        entries.withLock { entries in
            entries = entries.filter { agents[$0.key] != nil || $0.value.sessions > 0 }
            for id in entries.keys where agents[id] == nil { entries[id]?.ignored = nil }
            for (id, hosts) in agents { entries[id, default: Entry()].ignored = hosts }
        }
    }

    /// Somebody has started it or done something in it.
    func note(_ id: AgentID) { entries.withLock { $0[id, default: Entry()].last = .now } }

    /// It asked for `host`.
    func note(_ id: AgentID, host: String?) {
        let now = ContinuousClock.now
        entries.withLock { entries in
            guard let ignored = entries[id]?.ignored, !Self.isIgnored(host, ignored) else { return }
            entries[id]?.last = now
        }
    }

    /// A person is attached until ``close(_:)``: as long it is active.
    func open(_ id: AgentID) { entries.withLock { $0[id, default: Entry()].sessions += 1 } }

    func close(_ id: AgentID) {
        entries.withLock { entries in
            guard let sessions = entries[id]?.sessions, sessions > 0 else { return }
            entries[id]?.sessions = sessions - 1
            entries[id]?.last = .now
        }
    }

    /// When it last did something as far as this life of the platform knows.
    func lastActivity(of id: AgentID, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        entries.withLock { entries in
            guard let entry = entries[id] else { return nil }
            return entry.sessions > 0 ? now : entry.last
        }
    }

    private static func isIgnored(_ host: String?, _ ignored: [String]) -> Bool {
        guard let host else { return false }
        // The platform itself: who asks it whether it is there does nothing.
        if host == "palana.internal" { return true }
        guard !ignored.isEmpty, let name = try? HostName(parsing: host) else { return false }
        return ignored.contains { HostPattern.matches($0, name) }
    }
}
