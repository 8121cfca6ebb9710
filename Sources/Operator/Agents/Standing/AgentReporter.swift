import ControllerRuntime
import KubernetesClient
import PalanaCore

/// Writes an Agent's status, once and only when it is another one, and tells people what turned.
struct AgentReporter: Sendable {
    let client: KubernetesClient
    let agents: OwnedStore<Agent>
    let events: EventRecorder
    let clock: KubernetesClock

    func write(_ report: AgentReport, on agent: Agent) async throws(KubernetesFailure) {
        let status = report.status(of: agent, now: Timestamp(clock.date()))
        guard status != agent.status else { return }
        // What others write there (port, placeholders, activity) is not ours to repeat.
        var fields: JSONValue = [:]
        fields["phase"] = status.phase.map { .string($0.rawValue) }
        fields["conditions"] = try JSONValue(of: status.conditions ?? [])
        fields["namespace"] = status.namespace.map { .string($0) }
        try await agents.patchStatus(agent, fields, client)
        for (kind, condition) in AgentReport.news(from: agent.status, to: status) {
            events.record(
                kind == .good ? .normal : .warning, about: agent, reason: condition.reason, message: condition.message)
        }
    }
}

extension OwnedStore where Object == Agent {
    /// Sets fields of the status of an Agent, as it was read: if it is another one by now, nothing is written.
    /// - Throws: `conflict` then.
    @discardableResult
    func patchStatus(
        _ agent: Agent, _ fields: JSONValue, _ client: KubernetesClient
    ) async throws(KubernetesFailure) -> Agent {
        var body: JSONValue = ["status": fields]
        body["metadata"] = agent.metadata.resourceVersion.map { ["resourceVersion": .string($0)] }
        let written: Agent = try await client.patchStatus(
            Agent.self, agent.metadata.name, in: agent.metadata.namespace, body)
        wrote(written)
        return written
    }

    /// The same for the finalizers.
    @discardableResult
    func patchFinalizers(
        _ agent: Agent, _ finalizers: [String], _ client: KubernetesClient
    ) async throws(KubernetesFailure) -> Agent {
        var metadata: JSONValue = ["finalizers": .array(finalizers.map(JSONValue.string))]
        metadata["resourceVersion"] = agent.metadata.resourceVersion.map { .string($0) }
        let written: Agent = try await client.patch(
            Agent.self, agent.metadata.name, in: agent.metadata.namespace, ["metadata": metadata])
        wrote(written)
        return written
    }
}
