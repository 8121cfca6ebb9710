extension AgentSnapshot {
    /// The agent as the gateway decides about it. A proxy-mode secret without a placeholder is left out: nothing could
    /// name it.
    ///
    /// - Parameters:
    ///   - agent: as it runs (`Agent.effective(with:)`).
    ///   - placeholders: the placeholder in force by secret name.
    public init(_ agent: Agent, placeholders: [String: String]) {
        self.init(
            id: agent.id, name: agent.metadata.name, namespace: agent.metadata.namespace, owner: agent.spec.owner ?? "",
            labels: agent.metadata.labels ?? [:], template: agent.spec.template,
            standing: agent.spec.suspended == true ? .suspended : .active,
            egressDefault: agent.spec.egress?.default ?? .deny, allow: agent.spec.egress?.allow ?? [],
            secrets: (agent.spec.secrets ?? []).compactMap { SecretBinding($0, placeholder: placeholders[$0.name]) })
    }
}

extension SecretBinding {
    /// Nil for a proxy-mode secret that has no placeholder.
    public init?(_ secret: AgentSecret, placeholder: String?) {
        let secret = secret.defaulted()
        switch secret.mode ?? .proxy {
        case .agent:
            self.init(name: secret.name, mode: .agent, positions: [])
        case .proxy:
            guard let placeholder else { return nil }
            self.init(
                name: secret.name, mode: .proxy, hosts: secret.hosts ?? [],
                positions: Set(secret.positions ?? [.header]),
                placeholder: placeholder)
        }
    }
}
