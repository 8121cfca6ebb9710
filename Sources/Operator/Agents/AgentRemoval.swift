import ControllerRuntime
import KubernetesClient
public import PalanaCore

/// Removes the secrets of agents that are deleted; the operator can't read them.
public protocol SecretRemoval: Sendable {
    /// Removing what isn't there is no error.
    func remove(_ reference: SecretReference) async throws(SecretFailure)
}

/// Clears away what was made for an Agent that is being deleted, waits until it is gone, and lets the Agent go. Half of it may
/// be gone already.
///
/// ```
/// admission at the gateway → namespace (or all in it but /data) → the vault's paths → finalizer
/// ```
struct AgentRemoval: Sendable {
    let client: KubernetesClient
    let view: ClusterView
    let reporter: AgentReporter
    let secrets: any SecretRemoval

    private var applier: ObjectApplier { ObjectApplier(client: client) }

    func reconcile(_ agent: Agent) async throws -> ReconcileOutcome {
        guard agent.hasOurFinalizer else { return .done }
        var trouble: Trouble?
        do {
            trouble = try await clear(agent)
        } catch let failure as KubernetesFailure {
            guard let known = Trouble(failure) else { throw failure }
            trouble = known
        } catch let failure as SecretFailure {
            trouble = Self.trouble(failure)
        }
        guard let trouble else {
            let finalizers = (agent.metadata.finalizers ?? []).filter { $0 != OperatorConfiguration.finalizer }
            do throws(KubernetesFailure) {
                try await view.agents.patchFinalizers(agent, finalizers, client)
            } catch {
                guard error.reason == .notFound else { throw error }
            }
            return .done
        }
        var report = AgentReport()
        report.ending = trouble
        try await reporter.write(report, on: agent)
        return try trouble.outcome()
    }

    /// - Returns: what is still waited for.
    func clear(_ agent: Agent) async throws -> Trouble? {
        // For one that was made in another's name nothing was ever made, and nothing of the other's may go.
        guard agent.isInPlace else { return nil }
        let home = ObjectKey(agent.id.rawValue)
        let isOurs = view.agent(id: home.name)?.metadata.uid == agent.metadata.uid
        let there = view.namespaces.object(home)
        // Another Agent's, or somebody else's: nothing there was made for this one.
        let claim = isOurs ? NamespaceClaim(there, of: agent) : .foreign
        if isOurs {
            try await applier.delete(ObjectKey(home.name, in: view.configuration.namespace), in: view.policies)
        }
        switch claim {
        case .absent, .foreign: break
        case .ending: return .waiting(for: "the namespace \(home) to be gone\(NamespaceClaim.remains(there))")
        case .ours, .retained:
            if agent.spec.workspace?.reclaim == .retain {
                if let trouble = try await retain(agent, isDone: claim == .retained) { return trouble }
            } else if let there {
                try await applier.delete(there)
                return .waiting(for: "the namespace \(home) to be gone")
            }
        }
        try await removeSecrets(of: agent)
        return nil
    }

    /// Takes all out of the namespace but the claim and what keeps the namespace closed.
    private func retain(_ agent: Agent, isDone: Bool) async throws -> Trouble? {
        let home = agent.id.rawValue
        func key(_ name: String) -> ObjectKey { ObjectKey(name, in: home) }
        try await applier.delete(key(AgentObjectNames.workload), in: view.workloads)
        guard view.workloads.informer.object(key(AgentObjectNames.workload)) == nil, view.pods(of: agent.id).isEmpty
        else {
            return .waiting(for: "the agent's pod to end")
        }
        try await applier.delete(key("\(AgentObjectNames.egressService)-ipv4"), in: view.slices)
        try await applier.delete(key(AgentObjectNames.egressService), in: view.services)
        try await applier.delete(key(AgentPlan.openings), in: view.policies)
        try await applier.delete(key(AgentObjectNames.certificates), in: view.certificates)
        try await applier.delete(key(AgentPlan.ownerRole), in: view.bindings)
        try await applier.delete(key(AgentPlan.ownerRole), in: view.roles)
        try await applier.delete(key(AgentObjectNames.serviceAccount), in: view.accounts)
        guard !isDone else { return nil }
        let plan = AgentPlan(agent: agent.defaulted(), ownerKind: .user, configuration: view.configuration)
        var namespace = plan.namespace
        namespace.metadata.labels?[OwnerMark.retainedLabel] = "true"
        try await applier.apply(namespace, in: view.namespaces)
        return nil
    }

    /// All that are declared, or once had a placeholder, in both trees: what the API wrote there can't be listed.
    private func removeSecrets(of agent: Agent) async throws(SecretFailure) {
        let effective = agent.effective(with: view.template(of: agent))
        let names = (effective.spec.secrets ?? []).map(\.name) + (agent.status?.placeholders ?? []).map(\.secret)
        for name in Set(names).sorted() {
            for mode in [SecretMode.proxy, .agent] {
                try await secrets.remove(
                    SecretReference(
                        owner: agent.spec.owner ?? "", agent: agent.metadata.name, name: name, mode: mode))
            }
        }
    }

    private static func trouble(_ failure: SecretFailure) -> Trouble? {
        switch failure {
        case .missing: nil
        case .forbidden(let sentence), .unavailable(let sentence):
            Trouble(
                "VaultUnavailable", "the agent's secrets can't be removed from the vault: \(sentence)", retry: .backoff)
        }
    }
}

extension Trouble {
    /// The watch tells when it is over; it is looked at now and then all the same.
    fileprivate static func waiting(for what: String) -> Trouble {
        Trouble("Terminating", "waits for \(what)", retry: .after(.seconds(30)), isProgress: true)
    }
}
