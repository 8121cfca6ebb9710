public import PalanaCore
public import PlatformAPI

extension ClusterOperations {
    public func secrets(agent name: String) async throws -> [SecretListing] {
        let agent = try await agent(name)
        let template: AgentTemplate?
        if let key = agent.spec.template.map({ ResourceKey(.agentTemplate, $0) }),
            case .agentTemplate(let found)? = try await found(key, nil)
        {
            template = found
        } else {
            template = nil
        }
        let effective = agent.effective(with: template)
        return (effective.spec.secrets ?? []).map { SecretListing($0, of: agent) }
    }

    public func addSecret(
        agent: String, name: String, _ addition: SecretAddition
    ) async throws -> SecretListing {
        throw APIError.unsupportedInCluster("palana secrets add")
    }

    public func rotateSecret(agent: String, name: String, to value: Secret<String>) async throws {
        throw APIError.unsupportedInCluster("palana secrets rotate")
    }

    public func removeSecret(agent: String, name: String) async throws {
        throw APIError.unsupportedInCluster("palana secrets remove")
    }
}

extension SecretListing {
    /// A declaration with the placeholder in force.
    init(_ secret: AgentSecret, of agent: Agent) {
        let secret = secret.defaulted()
        self.init(
            name: secret.name, mode: secret.mode ?? .proxy, hosts: secret.hosts ?? [],
            positions: secret.positions ?? [],
            placeholder: agent.status?.placeholders?.first { $0.secret == secret.name }?.value)
    }
}
