import Foundation
import PalanaCore

/// What must not come back in the answer to one request.
struct RedactionPlan: Sendable {
    let agent: AgentID
    let automaton: NeedleAutomaton

    /// The value of one header or trailer.
    func redacted(_ value: Data) -> Data {
        var redactor = StreamRedactor(automaton)
        return redactor.write(value) + redactor.finish()
    }

    /// Whether a header's name holds a value in any form; such a header is taken away. Names arrive in lower case.
    func isLeaked(byName name: String) -> Bool {
        let bytes = name.utf8.map(\.lowercased)
        guard let shortest = automaton.shortest, bytes.count >= shortest else { return false }
        return bytes.withUnsafeBufferPointer { buffer in
            automaton.needles.contains { ByteSearch.contains($0.bytes.map(\.lowercased), in: buffer) }
        }
    }
}
