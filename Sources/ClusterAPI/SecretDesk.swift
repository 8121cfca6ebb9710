public import KubernetesClient
public import PalanaCore

/// Which secret of which agent a call is about.
struct SecretAddress: Sendable, Hashable {
    var namespace: String
    var agent: String
    var secret: String
    var mode: SecretMode
}

/// Takes the values of agents' secrets to the vault, for those who may change the agent. Reads none: its role at the
/// vault can't.
public struct SecretDesk: Sendable {
    private let client: KubernetesClient
    private let writer: any SecretWriter
    private let audit: any AuditSink

    /// - Parameters:
    ///   - client: may get Agents and create SubjectAccessReviews.
    ///   - audit: nothing is written to the vault that isn't recorded first.
    public init(client: KubernetesClient, writer: any SecretWriter, audit: any AuditSink) {
        self.client = client
        self.writer = writer
        self.audit = audit
    }

    /// - Returns: whether it is the secret's first value.
    func write(_ value: Secret<String>, to address: SecretAddress, by caller: Caller) async throws -> Bool {
        if let problem = NameRules.environmentVariable(address.secret) {
            throw KubernetesFailure(.invalid, "secret \(ShownText.quoted(address.secret)): \(problem)", code: 422)
        }
        if address.mode == .proxy, let problem = SecretValueRule.objection(to: value) {
            throw KubernetesFailure(.invalid, "secret \(address.agent)/\(address.secret): \(problem)", code: 422)
        }
        let agent = try await agent(address, caller)
        try await record("given", .allowed, agent, address, caller)
        let isFirst: Bool
        do {
            isFirst = try await writer.write(value, to: reference(agent, address))
        } catch {
            try await record("given", .failed, agent, address, caller)
            throw KubernetesFailure(error)
        }
        try await record(isFirst ? "added" : "replaced", .succeeded, agent, address, caller)
        return isFirst
    }

    /// Takes a right away, which must be possible when the audit log is not; then records it.
    func remove(_ address: SecretAddress, by caller: Caller) async throws {
        let agent = try await agent(address, caller)
        do {
            try await writer.remove(reference(agent, address))
        } catch {
            try await record("removed", .failed, agent, address, caller)
            throw KubernetesFailure(error)
        }
        try await record("removed", .succeeded, agent, address, caller)
    }

    /// The agent, when this caller may change it; whether there is one is not told to others.
    private func agent(_ address: SecretAddress, _ caller: Caller) async throws -> Agent {
        guard try await mayChange(address, caller) else {
            try await record("given", .denied, nil, address, caller)
            throw KubernetesFailure(
                .forbidden,
                "agents.palana.dev \(ShownText.quoted(address.agent)): user \(ShownText.quoted(caller.name)) cannot "
                    + "update it in the namespace \(ShownText.quoted(address.namespace))", code: 403)
        }
        let agent = try await client.get(Agent.self, address.agent, in: address.namespace)
        // Where an agent is decides who may change it, its owner where its secrets are: the two must belong together.
        guard let owner = agent.spec.owner, AgentNames.tenantNamespace(owner: owner) == address.namespace else {
            throw KubernetesFailure(
                .forbidden,
                "agents.palana.dev \(ShownText.quoted(address.agent)): its owner has another namespace; it has no secrets",
                code: 403)
        }
        return agent
    }

    private func mayChange(_ address: SecretAddress, _ caller: Caller) async throws(KubernetesFailure) -> Bool {
        let user = caller.user
        let type = Agent.type
        let review = SubjectAccessReview(
            spec: .init(
                user: user.username, groups: user.groups, uid: user.uid, extra: user.extra,
                resourceAttributes: .init(
                    namespace: address.namespace, verb: "update", group: type.group, version: type.version,
                    resource: type.plural, name: address.agent)))
        return try await client.review(review).isAllowed
    }

    private func reference(_ agent: Agent, _ address: SecretAddress) -> SecretReference {
        SecretReference(
            owner: agent.spec.owner ?? "", agent: agent.metadata.name, name: address.secret, mode: address.mode)
    }

    private func record(
        _ action: String, _ outcome: AuditEvent.Outcome, _ agent: Agent?, _ address: SecretAddress, _ caller: Caller
    ) async throws {
        var event = AuditEvent(kind: .secret, action: action, outcome: outcome)
        event.actor = caller.name
        event.agent = agent?.id
        event.agentName = address.agent
        event.owner = agent?.spec.owner
        event.secrets = [address.secret]
        event.resource = "Agent/\(address.namespace)/\(address.agent)"
        do {
            try await audit.record(event)
        } catch {
            let done = outcome == .succeeded ? "it was done, but" : "nothing was done:"
            throw KubernetesFailure(
                .unavailable, "\(done) the audit log can't be written (\(error.reason))", code: 503)
        }
    }
}

extension KubernetesFailure {
    /// What the vault said; its sentences name the secret and hold no value.
    fileprivate init(_ failure: SecretFailure) {
        switch failure {
        case .missing(let sentence): self.init(.notFound, sentence, code: 404)
        // Our role's fault, not the caller's.
        case .forbidden(let sentence), .unavailable(let sentence): self.init(.unavailable, sentence, code: 503)
        }
    }
}
