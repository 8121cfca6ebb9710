import PalanaCore

/// Decides an agent's placeholders: one for each secret in proxy mode, drawn once and kept as long as the secret is declared.
enum AgentPlaceholders {
    /// - Parameters:
    ///   - agent: as it runs.
    ///   - draw: a fresh value for a secret.
    /// - Returns: as they are to be; nil when a pattern can't be used, which admission refuses.
    static func wanted(
        _ agent: Agent,
        draw: (PlaceholderPattern, String) -> String = { $0.generate(secretName: $1) }
    ) -> [AgentStatus.Placeholder]? {
        let known = agent.status?.placeholders ?? []
        var wanted: [AgentStatus.Placeholder] = []
        for secret in agent.spec.secrets ?? [] where secret.mode ?? .proxy == .proxy {
            if let there = known.first(where: { $0.secret == secret.name }) {
                wanted.append(there)
                continue
            }
            guard let pattern = try? PlaceholderPattern(parsing: secret.placeholder ?? AgentDefaults.placeholder) else {
                return nil
            }
            wanted.append(.init(secret: secret.name, value: draw(pattern, secret.name)))
        }
        return wanted
    }

    /// What keeps the agent from having them.
    static func trouble(_ agent: Agent) -> Trouble? {
        let known = Set((agent.status?.placeholders ?? []).map(\.secret))
        for secret in agent.spec.secrets ?? [] where secret.mode ?? .proxy == .proxy && !known.contains(secret.name) {
            do {
                _ = try PlaceholderPattern(parsing: secret.placeholder ?? AgentDefaults.placeholder)
            } catch {
                return Trouble("BadPlaceholder", "spec.secrets, \(secret.name), placeholder: \(error)")
            }
            return Trouble(
                "PlaceholderPending", "the placeholder of \(secret.name) is not drawn yet", retry: .after(.seconds(5)),
                isProgress: true)
        }
        return nil
    }
}
