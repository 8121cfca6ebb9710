import Foundation
import PalanaCore

/// What must not come back in the answer to one request.
struct RedactionPlan: Sendable {
    let agent: AgentID
    let automaton: NeedleAutomaton
    /// Header names arrive in lower case.
    private let namesNeedles: [[UInt8]]

    init(agent: AgentID, automaton: NeedleAutomaton, injected: [InjectedValue]) {
        self.agent = agent
        self.automaton = automaton
        namesNeedles = injected.map { $0.value.exposed.utf8.map(\.lowercased) }
    }

    /// The value of one header or trailer.
    func redacted(_ value: Data) -> Data {
        var redactor = StreamRedactor(automaton)
        return redactor.write(value) + redactor.finish()
    }

    /// Whether a header's name holds a value; such a header is taken away.
    func isLeaked(byName name: String) -> Bool {
        let bytes = name.utf8.map(\.lowercased)
        return bytes.withUnsafeBufferPointer { buffer in namesNeedles.contains { ByteSearch.contains($0, in: buffer) } }
    }
}
