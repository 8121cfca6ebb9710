import ControllerRuntime
import KubernetesClient
public import PalanaCore

/// What the webhooks ask.
extension ClusterView: AdmissionDirectory {
    public var isSynced: Bool { missing.isEmpty }

    public func tenant(namespace: String) -> Tenant? {
        let found = tenants.informer.objects("home", namespace)
        let holder = namespaces.object(ObjectKey(namespace))?.metadata.labels?[OwnerMark.tenantLabel]
        return found.first { $0.metadata.name == holder } ?? found.first
    }

    public func tenants(owner: String) -> [Tenant] {
        tenants.informer.objects("home", AgentNames.tenantNamespace(owner: owner))
            .filter { $0.spec.owner.utf8.elementsEqual(owner.utf8) }
    }

    public func template(_ name: String) -> AgentTemplate? { templates.object(ObjectKey(name)) }

    public func agents(in namespace: String) -> [Agent] { agents.informer.objects("home", namespace) }

    public func retainedStorage(of owner: String) -> [String: String] {
        let kept = namespaces.informer.objects("retained", OwnerMark.digest(owner)).compactMap { namespace in
            let claim = claims.object(ObjectKey(AgentObjectNames.workspaceClaim, in: namespace.metadata.name))
            let size = claim?.spec?.resources?.requests?["storage"]
            return namespace.metadata.labels?[AgentObjectNames.agentNameLabel].map { ($0, size ?? "") }
        }
        return Dictionary(kept) { first, _ in first }
    }

    public func agent(_ id: AgentID) -> Agent? { agent(id: id.rawValue) }

    public func egressAddresses(of id: AgentID) -> [String] {
        let service = services.object(ObjectKey(AgentObjectNames.egressService, in: id.rawValue))
        return [service?.spec?.clusterIP].compactMap(\.self).filter { !$0.isEmpty && $0 != "None" }
    }

    public func scheduling(ofRuntimeClass name: String) -> PodScheduling? {
        runtimeClasses.object(ObjectKey(name)).map {
            PodScheduling(
                nodeSelector: $0.scheduling?.nodeSelector ?? [:], tolerations: $0.scheduling?.tolerations ?? [],
                overhead: $0.overhead?.podFixed ?? [:])
        }
    }
}
