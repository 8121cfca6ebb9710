/// An agent as other agents and kill switches name it: `owner/name`. The name holds no slash, so the last one parts the
/// two, whatever the owner is called.
public struct AgentReference: Hashable, Sendable, CustomStringConvertible {
    public var owner: String
    public var name: String

    public init(owner: String, name: String) {
        self.owner = owner
        self.name = name
    }

    /// Nil when one of the two is missing.
    public init?(_ text: String) {
        guard let slash = text.lastIndex(of: "/") else { return nil }
        owner = String(text[..<slash])
        name = String(text[text.index(after: slash)...])
        guard !owner.isEmpty, !name.isEmpty else { return nil }
    }

    public var id: AgentID { AgentNames.agent(owner: owner, name: name) }
    public var description: String { "\(owner)/\(name)" }

    /// Compared byte by byte: Unicode look-alikes are other owners.
    public func isFor(_ agent: Agent) -> Bool {
        owner.utf8.elementsEqual((agent.spec.owner ?? "").utf8) && name.utf8.elementsEqual(agent.metadata.name.utf8)
    }
}
