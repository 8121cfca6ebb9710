import Foundation
import KubernetesClient
import PalanaCore

/// Which agent has which port, and which ports rest after their agent is gone. It is kept in one ConfigMap of the platform's
/// namespace, whose version every change must find: two operators can't both give a port away.
struct PortLedger: Sendable, Hashable {
    enum Entry: Sendable, Hashable {
        /// By the Agent's uid.
        case held(String)
        case resting(since: Timestamp)
    }

    static let name = "palana-egress-ports"
    private static let key = "ports"
    private static let restMark = "~"

    var entries: [Int: Entry] = [:]

    init(entries: [Int: Entry] = [:]) {
        self.entries = entries
    }

    /// Lines that can't be read count as nobody's: agents' own status names what they have.
    init(_ map: ConfigMap?) {
        guard let text = map?.data?[Self.key],
            let lines = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        else { return }
        for (port, value) in lines {
            guard let port = Int(port) else { continue }
            if !value.hasPrefix(Self.restMark) {
                entries[port] = .held(value)
            } else if let since = Timestamp(String(value.dropFirst())) {
                entries[port] = .resting(since: since)
            }
        }
    }

    /// One text: as fields of their own the API server would keep books about each.
    func data() throws -> [String: String] {
        let lines = entries.map { port, entry in
            switch entry {
            case .held(let uid): (String(port), uid)
            case .resting(let since): (String(port), "\(Self.restMark)\(since)")
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = try encoder.encode(Dictionary(lines) { first, _ in first })
        return [Self.key: String(decoding: text, as: UTF8.self)]
    }
}
