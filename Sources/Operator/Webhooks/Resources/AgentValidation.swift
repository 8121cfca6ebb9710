internal import KubernetesClient
internal import PalanaCore

/// Decides whether an agent can be taken: its fields, where it is kept, whose it is, and what its tenant may have.
public struct AgentValidation: Admission {
    private let directory: any AdmissionDirectory
    private let reviewer: any ActingReviewer
    private let validator = ResourceValidator(support: .kubernetes)

    public init(directory: any AdmissionDirectory, reviewer: any ActingReviewer) {
        self.directory = directory
        self.reviewer = reviewer
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation == .create || request.operation == .update else { return .allowed() }
        let agent: Agent = try request.decoded()
        let old: Agent? = request.decodedOld()
        if agent.metadata.annotations?[Self.pause] != old?.metadata.annotations?[Self.pause] {
            try await requirePauser(request, of: agent)
        }
        if let old, Self.asksForTheSame(agent, old) { return .allowed() }
        try directory.requireSynced()
        let template = agent.spec.template.flatMap(directory.template)
        var report = validator.report(on: agent, template: template)
        if let old {
            report.errors += validator.reportOnChange(from: .agent(old), to: .agent(agent)).errors
        }
        guard report.errors.isEmpty else { return .of(report.errors) }
        let tenant = try tenant(of: agent)
        if request.operation == .create { try await requireOwner(request, of: agent, tenant) }
        report.errors += TenantLimits(tenant).problems(
            with: agent, among: directory.agents(in: tenant.namespace),
            retained: directory.retainedStorage(of: tenant.spec.owner), templates: directory.template)
        if let name = agent.spec.template, template == nil {
            report.warnings.append(
                ValidationError(
                    FieldPath("spec.template"), text: name, "there is no such AgentTemplate yet; the agent waits for it"
                ))
        }
        return .of(report.errors, warnings: report.warnings)
    }

    private static let pause = OperatorConfiguration.pauseAnnotation

    /// What is paused isn't cleared away, nor held down: that is not for its owner to say.
    private func requirePauser(_ request: AdmissionRequest, of agent: Agent) async throws(AdmissionDenial) {
        try directory.requireSynced()
        let tenant = agent.metadata.namespace.flatMap(directory.tenant(namespace:))?.metadata.name
        guard let tenant, try await mayAct(request.userInfo, as: tenant) else {
            throw .forbidden(
                "metadata.annotations.\(Self.pause): only those who may act for a tenant (verb act-as on "
                    + "tenants.palana.dev) pause its agents or let them go on; to stop an agent set spec.suspended")
        }
    }

    private func mayAct(_ user: UserInfo, as tenant: String) async throws(AdmissionDenial) -> Bool {
        do {
            return try await reviewer.mayAct(user, as: tenant)
        } catch {
            throw .unavailable("whether you may act for this tenant can't be found out now; try again")
        }
    }

    /// Finalizers and annotations may change on an agent that would not be taken any more: it must go all the same.
    private static func asksForTheSame(_ agent: Agent, _ old: Agent) -> Bool {
        agent.metadata.deletionTimestamp != nil
            || agent.spec == old.spec && agent.metadata.labels == old.metadata.labels
    }

    /// The tenant in whose namespace the agent is, and whose it must be.
    private func tenant(of agent: Agent) throws(AdmissionDenial) -> Tenant {
        let owner = agent.spec.owner ?? ""
        let home = AgentNames.tenantNamespace(owner: owner)
        guard let tenant = agent.metadata.namespace.flatMap(directory.tenant(namespace:)) else {
            let advice =
                directory.tenants(owner: owner).isEmpty
                ? "there is no Tenant for \(ShownText.quoted(owner)); an administrator makes it" : "use \(home)"
            throw .invalid([
                ValidationError(
                    FieldPath("metadata.namespace"), text: agent.metadata.namespace ?? "",
                    "no tenant's namespace; \(advice)")
            ])
        }
        guard tenant.spec.owner.utf8.elementsEqual(owner.utf8) else {
            throw .invalid([
                ValidationError(
                    FieldPath("spec.owner"), text: owner,
                    "agents in \(tenant.namespace) belong to \(ShownText.quoted(tenant.spec.owner)); leave it out")
            ])
        }
        return tenant
    }

    private func requireOwner(
        _ request: AdmissionRequest, of agent: Agent, _ tenant: Tenant
    ) async throws(AdmissionDenial) {
        let user = request.userInfo
        if tenant.spec.isOwned(byUser: user.username ?? "", groups: user.groups ?? []) { return }
        guard try await !mayAct(user, as: tenant.metadata.name) else { return }
        throw .forbidden(
            "spec.owner: \(ShownText.quoted(agent.spec.owner ?? "")): you are \(ShownText.quoted(user.username ?? "")); "
                + "acting for others takes the verb act-as on tenants.palana.dev \(ShownText.quoted(tenant.metadata.name))"
        )
    }
}
