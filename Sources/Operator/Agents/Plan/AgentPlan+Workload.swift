import Crypto
import Foundation
import KubernetesClient
import PalanaCore

/// The agent's one pod.
extension AgentPlan {
    /// Hash over all that is applied: what is taken out of the Agent again must be taken out of the workload, too.
    static let digestAnnotation = "palana.dev/applied-sha256"
    private static let container = "agent"

    /// - Parameters:
    ///   - addresses: of the Service `egress`; at least one.
    ///   - scheduling: what the runtime class demands.
    /// - Throws: what the pod can't be without.
    func workload(egressAddresses addresses: [String], _ scheduling: PodScheduling) throws(Trouble) -> StatefulSet {
        guard let image = agent.spec.image, !image.isEmpty else {
            throw Trouble(
                "ImageMissing",
                "no image is named: set spec.image of the Agent, or name a template that has one in spec.template")
        }
        let template = try podTemplate(image, addresses, scheduling)
        var set = StatefulSet(
            metadata: metadata(AgentObjectNames.workload),
            spec: .init(
                replicas: agent.spec.suspended == true ? 0 : 1, serviceName: AgentObjectNames.egressService,
                selector: LabelSelector(matchLabels: [AgentObjectNames.agentLabel: home]), template: template,
                // With the other kind, a pod that never gets ready keeps its successor from coming.
                podManagementPolicy: "Parallel", revisionHistoryLimit: 1))
        set.metadata.annotations = [Self.digestAnnotation: Self.digest(set)]
        return set
    }

    /// Hardened by what hardens every pod of the namespace.
    private func podTemplate(
        _ image: String, _ addresses: [String], _ scheduling: PodScheduling
    ) throws(Trouble) -> PodTemplate {
        let container = Container(
            name: Self.container, image: image, command: agent.spec.command,
            env: (agent.spec.env ?? []).map { .init(name: $0.name, value: $0.value) }, resources: amounts)
        let spec = PodSpec(containers: [container], terminationGracePeriodSeconds: 30)
        do {
            let pod: JSONValue = [
                "metadata": ["labels": try JSONValue(of: labels)], "spec": try JSONValue(of: spec),
            ]
            let context = PodContext(
                agent: agent, egressAddresses: addresses, scheduling: scheduling, configuration: configuration.pods)
            let hardened = try PodHardening(context).hardened(pod)
            let encoded = try JSONEncoder().encode(hardened)
            return try JSONDecoder().decode(PodTemplate.self, from: encoded)
        } catch let denial as AdmissionDenial {
            throw Trouble("PodRefused", "\(denial)", retry: .after(.seconds(5)))
        } catch {
            throw Trouble("PodRefused", "the pod can't be put together: \(error)", retry: .backoff)
        }
    }

    private static func digest(_ set: StatefulSet) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        // Left out it would only be compared less well.
        let data = (try? encoder.encode(set)) ?? Data()
        return SHA256.hash(data: data).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension PodContext {
    /// Of an agent that is known already.
    init(agent: Agent, egressAddresses: [String], scheduling: PodScheduling, configuration: PodConfiguration) {
        self.agent = agent
        self.egressAddresses = egressAddresses
        self.scheduling = scheduling
        self.configuration = configuration
    }
}
