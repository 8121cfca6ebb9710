import PalanaCore
import Synchronization

/// Keeps each agent's placeholder scanner until its secrets change.
final class ScannerCache: Sendable {
    private struct Entry {
        let secrets: [SecretBinding]
        let scanner: PlaceholderScanner
    }

    private let entries = Mutex<[AgentID: Entry]>([:])
    /// When full, everything goes and is built again; agents beyond this cost some microseconds a request.
    private let capacity = 4_096

    func scanner(for agent: AgentSnapshot) -> PlaceholderScanner {
        let known = entries.withLock { $0[agent.id] }
        if let known, known.secrets == agent.secrets { return known.scanner }
        let scanner = PlaceholderScanner(agent.secrets)
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll() }
            entries[agent.id] = Entry(secrets: agent.secrets, scanner: scanner)
        }
        return scanner
    }
}
