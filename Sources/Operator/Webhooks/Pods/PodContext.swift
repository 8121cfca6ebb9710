internal import PalanaCore

/// Everything that pods of one agent are made of, beside what they say themselves.
struct PodContext: Sendable {
    /// As it runs (`Agent.effective(with:)`), with its status.
    let agent: Agent
    /// Addresses of the Service `egress`; at least one.
    let egressAddresses: [String]
    let scheduling: PodScheduling
    let configuration: PodConfiguration

    /// - Throws: a refusal when something isn't there yet that a pod can't be without.
    init(
        namespace: String, directory: any AdmissionDirectory, configuration: PodConfiguration
    ) throws(AdmissionDenial) {
        try directory.requireSynced()
        guard let agent = directory.agent(AgentID(rawValue: namespace)) else {
            throw .forbidden("the namespace \(namespace) belongs to no agent, so no pods may run in it")
        }
        self.agent = agent.effective(with: agent.spec.template.flatMap(directory.template))
        egressAddresses = directory.egressAddresses(of: agent.id)
        guard !egressAddresses.isEmpty else {
            throw .unavailable(
                "the Service \(namespace)/\(AgentObjectNames.egressService) has no address yet; try again")
        }
        let runtimeClass = self.agent.spec.runtimeClassName
        scheduling = runtimeClass.flatMap(directory.scheduling(ofRuntimeClass:)) ?? PodScheduling()
        self.configuration = configuration
    }

    /// The placeholders that stand in the environment, by variable.
    /// - Throws: a refusal while one isn't made yet: a program that starts without it would not get it later.
    func placeholders() throws(AdmissionDenial) -> [String: String] {
        var result: [String: String] = [:]
        for secret in agent.spec.secrets ?? [] where secret.mode ?? .proxy == .proxy {
            guard let known = agent.status?.placeholders?.first(where: { $0.secret == secret.name }) else {
                throw .unavailable("the placeholder of secret \(secret.name) isn't made yet; try again")
            }
            result[secret.name] = known.value
        }
        return result
    }

    /// Labels that every pod of the agent has.
    var labels: [String: String] {
        [
            AgentObjectNames.agentLabel: agent.id.rawValue, AgentObjectNames.agentNameLabel: agent.metadata.name,
            AgentObjectNames.ownerHashLabel: String(AgentNames.vaultUser(owner: agent.spec.owner ?? "").suffix(10)),
        ]
    }
}

/// What is the same for the pods of all agents.
public struct PodConfiguration: Sendable, Hashable {
    /// User and group of processes whose image or pod says none; not root.
    public var user: Int
    /// How much `/tmp` may hold.
    public var temporarySize: String
    public var proxyPort: Int

    public init(user: Int = 65_532, temporarySize: String = "512Mi", proxyPort: Int = 3_128) {
        self.user = user
        self.temporarySize = temporarySize
        self.proxyPort = proxyPort
    }
}
