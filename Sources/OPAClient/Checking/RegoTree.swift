/// A module's syntax tree as `opa parse` writes it, kept loosely: only references and rule heads are looked at.
indirect enum RegoTree: Decodable, Sendable {
    case object([String: RegoTree])
    case array([RegoTree])
    case string(String)
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let members = try? container.decode([String: RegoTree].self) {
            self = .object(members)
        } else if let elements = try? container.decode([RegoTree].self) {
            self = .array(elements)
        } else {
            self = (try? container.decode(String.self)).map(RegoTree.string) ?? .other
        }
    }

    subscript(_ key: String) -> RegoTree? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    var elements: [RegoTree] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The name of a variable term.
    var variable: String? { self["type"]?.text == "var" ? self["value"]?.text : nil }

    /// The parts of a reference term.
    var reference: [RegoTree]? { self["type"]?.text == "ref" ? self["value"]?.elements : nil }

    /// Calls `visit` with each reference below, as its parts; a variable that stands alone counts as one.
    func forEachReference(_ visit: ([RegoTree]) -> Void) {
        if let parts = reference {
            visit(parts)
            for part in parts.dropFirst() { part.forEachReference(visit) }
        } else if variable != nil {
            visit([self])
        } else if case .object(let members) = self {
            for member in members.values { member.forEachReference(visit) }
        } else {
            for element in elements { element.forEachReference(visit) }
        }
    }
}
