import Foundation
import PalanaCore
import Synchronization

/// Looks for an agent's placeholders in the body of one request, however the body is cut into chunks. Holds nothing
/// back: of a placeholder that is found at most the beginning has gone out.
struct BodySearch: Sendable {
    private let automaton: NeedleAutomaton
    private var node = NeedleAutomaton.root

    init(_ automaton: NeedleAutomaton) {
        self.automaton = automaton
    }

    /// The name of the secret whose placeholder ends in these bytes, in any of the forms of `NeedleForms`.
    mutating func find(in chunk: Data) -> String? {
        chunk.withUnsafeBytes { bytes in
            for byte in bytes {
                if node == NeedleAutomaton.root, !automaton.startsNeedle(byte) { continue }
                node = automaton.step(node, byte)
                let needle = Int(automaton.match[Int(node)])
                if needle >= 0 { return String(decoding: automaton.needles[needle].replacement, as: UTF8.self) }
            }
            return nil
        }
    }

    /// For one text that stands alone, such as a trailer's value.
    func find(in text: String) -> String? {
        var search = BodySearch(automaton)
        return search.find(in: Data(text.utf8))
    }
}

/// The search tables of agents' placeholders, each kept until the agent's secrets change.
final class BodySearches: Sendable {
    private struct Entry {
        let secrets: [SecretBinding]
        let automaton: NeedleAutomaton
    }

    private let entries = Mutex<[AgentID: Entry]>([:])
    /// When full, everything goes and is built again. A table takes some 100 kB a secret.
    private let capacity = 256

    /// nil for an agent that has no placeholders.
    func search(for agent: AgentSnapshot) -> BodySearch? {
        guard agent.hasPlaceholders else { return nil }
        let known = entries.withLock { $0[agent.id] }
        if let known, known.secrets == agent.secrets { return BodySearch(known.automaton) }
        let automaton = NeedleAutomaton(agent.secrets.flatMap(Self.needles))
        entries.withLock { entries in
            if entries.count >= capacity { entries.removeAll() }
            entries[agent.id] = Entry(secrets: agent.secrets, automaton: automaton)
        }
        return BodySearch(automaton)
    }

    /// What stands in for a needle is the secret's name.
    private static func needles(of secret: SecretBinding) -> [Needle] {
        guard let placeholder = secret.placeholder, !placeholder.isEmpty else { return [] }
        let name = Array(secret.name.utf8)
        return NeedleForms.needles(of: InjectedValue(value: Secret(placeholder), replacement: secret.name))
            .map { Needle(bytes: $0.bytes, replacement: name) }
    }
}

extension AgentSnapshot {
    /// Whether there is anything that mustn't stand in the bodies of its requests.
    var hasPlaceholders: Bool { secrets.contains { !($0.placeholder ?? "").isEmpty } }
}
