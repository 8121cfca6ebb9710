extension KillSwitch {
    /// Whether the switch holds at `now`: it is sticky until it is deleted or expires.
    public func isInForce(at now: Timestamp) -> Bool {
        spec.expiresAt.map { now < $0 } ?? true
    }

    /// Whether the switch is for this agent. A target that says nothing, or more than one thing, reaches what any part of
    /// it names: when in doubt an agent is stopped.
    ///
    /// - Parameter platformNamespace: where a switch reaches every tenant's agents; elsewhere it reaches only those of
    ///   its own namespace.
    public func matches(_ agent: Agent, platformNamespace: String) -> Bool {
        let isEverywhere = metadata.namespace == platformNamespace
        guard isEverywhere || metadata.namespace == agent.metadata.namespace else { return false }
        let target = spec.target
        if target.all == true { return true }
        if let owner = target.owner, owner.utf8.elementsEqual((agent.spec.owner ?? "").utf8) { return true }
        if let name = target.agent, names(name, agent, isEverywhere: isEverywhere) { return true }
        guard let labels = target.selector?.labels, !labels.isEmpty else { return false }
        return labels.allSatisfy { agent.metadata.labels?[$0.key] == $0.value }
    }

    private func names(_ text: String, _ agent: Agent, isEverywhere: Bool) -> Bool {
        if let reference = AgentReference(text) { return reference.isFor(agent) }
        return !isEverywhere && text.utf8.elementsEqual(agent.metadata.name.utf8)
    }
}
