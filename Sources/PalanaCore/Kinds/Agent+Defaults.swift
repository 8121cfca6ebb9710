/// What holds where neither an agent nor its template says anything.
public enum AgentDefaults {
    public static let workspaceSize = "10Gi"
    public static let cpu = "1"
    public static let memory = "2Gi"
    public static let placeholder = "palana-{name}-{random:32}"
}

extension Agent {
    /// The agent with every default written out; twice is the same as once. Apply it after the template.
    public func defaulted() -> Agent {
        var agent = self
        agent.spec.suspended = spec.suspended ?? false
        agent.spec.workspace = Workspace(
            size: spec.workspace?.size ?? AgentDefaults.workspaceSize,
            storageClassName: spec.workspace?.storageClassName, reclaim: spec.workspace?.reclaim ?? .delete)
        agent.spec.resources = Resources(
            limits: .init(
                cpu: spec.resources?.limits?.cpu ?? AgentDefaults.cpu,
                memory: spec.resources?.limits?.memory ?? AgentDefaults.memory))
        agent.spec.secrets = spec.secrets?.map { $0.defaulted() }
        agent.spec.egress = Egress(
            default: spec.egress?.default ?? .deny, allow: spec.egress?.allow ?? [], peers: spec.egress?.peers)
        return agent
    }
}

extension AgentSecret {
    /// The secret with its defaults written out; an agent-mode secret has neither positions nor a placeholder.
    public func defaulted() -> AgentSecret {
        var secret = self
        secret.mode = mode ?? .proxy
        guard secret.mode == .proxy else { return secret }
        secret.positions = positions ?? [.header]
        secret.placeholder = placeholder ?? AgentDefaults.placeholder
        return secret
    }
}
