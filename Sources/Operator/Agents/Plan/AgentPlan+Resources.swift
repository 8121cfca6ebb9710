import KubernetesClient
import PalanaCore

/// How much the agent may use, its storage, and what it trusts.
extension AgentPlan {
    static let bounds = "agent"

    private var cpu: String { CanonicalQuantity.cores(agent.spec.resources?.limits?.cpu ?? AgentDefaults.cpu) }
    private var memory: String {
        CanonicalQuantity.bytes(agent.spec.resources?.limits?.memory ?? AgentDefaults.memory)
    }
    private var storage: String {
        CanonicalQuantity.bytes(agent.spec.workspace?.size ?? AgentDefaults.workspaceSize)
    }

    var amounts: ResourceAmounts { ResourceAmounts(limits: ["cpu": cpu, "memory": memory]) }

    /// One pod, one claim, and no Service that opens a way in.
    /// - Parameter overhead: what the runtime class adds to each pod, which quotas count (Kubernetes, "Pod Overhead").
    func quota(overhead: [String: String] = [:]) -> ResourceQuota {
        let cpu = CanonicalQuantity.cores(cpu, plus: overhead["cpu"])
        let memory = CanonicalQuantity.bytes(memory, plus: overhead["memory"])
        return ResourceQuota(
            metadata: metadata(Self.bounds),
            spec: .init(hard: [
                "pods": "1", "limits.cpu": cpu, "limits.memory": memory, "persistentvolumeclaims": "1",
                "requests.storage": storage, "services": "1", "services.nodeports": "0", "services.loadbalancers": "0",
            ]))
    }

    /// A container that says nothing gets what the quota leaves it.
    var limits: LimitRange {
        LimitRange(
            metadata: metadata(Self.bounds),
            spec: .init(limits: [
                .init(
                    type: "Container", max: ["cpu": cpu, "memory": memory], default: ["cpu": cpu, "memory": memory])
            ]))
    }

    /// `/data`.
    var claim: PersistentVolumeClaim {
        let storageClass = agent.spec.workspace?.storageClassName
        return PersistentVolumeClaim(
            metadata: metadata(AgentObjectNames.workspaceClaim, annotations: OwnerMark.annotations(owner)),
            spec: .init(
                accessModes: ["ReadWriteOnce"], resources: ResourceAmounts(requests: ["storage": storage]),
                storageClassName: storageClass?.isEmpty == false ? storageClass : nil))
    }

    func certificates(_ bundle: CertificateBundle) -> CertificateMap {
        CertificateMap(metadata: metadata(AgentObjectNames.certificates), content: bundle)
    }
}
