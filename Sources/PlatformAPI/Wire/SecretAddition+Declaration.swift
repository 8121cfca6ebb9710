public import PalanaCore

extension SecretAddition {
    /// The declaration that the flags give, on top of one that stands already (`spec.secrets`, or the template's).
    public func declaration(of name: String, declared: AgentSecret?) throws(APIError) -> AgentSecret {
        var secret = declared ?? AgentSecret(name: name)
        secret.mode = mode
        if !hosts.isEmpty { secret.hosts = hosts }
        if !positions.isEmpty { secret.positions = positions }
        if let pattern = placeholderPattern { secret.placeholder = pattern }
        if let canary { secret.canary = canary }
        guard mode == .agent else { return secret }
        guard hosts.isEmpty, positions.isEmpty, placeholderPattern == nil else {
            throw APIError(
                .invalid,
                "secret \(name): in agent mode the agent reads the value itself; leave out --host, --in and "
                    + "--placeholder")
        }
        return AgentSecret(name: name, mode: .agent, canary: secret.canary)
    }
}
