import KubernetesClient
import PalanaCore

/// What the operator makes for one Tenant. It goes with the Tenant, by the cluster's garbage collection; agents in it hold
/// the namespace up until they are cleared away.
struct TenantObjects: Sendable {
    let tenant: Tenant

    /// Why there is nothing to be made; nil when there is.
    /// - Parameter there: what stands under the namespace's name.
    func trouble(with there: Namespace?) -> Trouble? {
        guard let there else { return nil }
        let name = there.metadata.name
        guard let holder = there.metadata.labels?[OwnerMark.tenantLabel],
            there.metadata.annotations?[OwnerMark.digestAnnotation] == OwnerMark.digest(tenant.spec.owner)
        else {
            return Trouble(
                "NameTaken",
                "the namespace \(name) is there and isn't Palana's, so it is not touched; delete or rename it")
        }
        guard holder == tenant.metadata.name else {
            return Trouble(
                "OwnerTaken",
                "the Tenant \(holder) has the same owner and the namespace \(name); delete one of the two",
                retry: .after(.seconds(60)))
        }
        guard !there.isTerminating else {
            return Trouble(
                "NamespaceTerminating", "the namespace \(name) is being deleted; it is made anew once it is gone")
        }
        return nil
    }

    var namespace: Namespace {
        var labels = self.labels
        labels[OwnerMark.namespaceNameLabel] = tenant.namespace
        labels.merge(OwnerMark.podSecurity) { $1 }
        return Namespace(
            metadata: ObjectMeta(
                name: tenant.namespace, labels: labels, annotations: OwnerMark.annotations(tenant.spec.owner),
                ownerReferences: owners))
    }

    /// The raw owner, as the API server knows them.
    var binding: RoleBinding {
        RoleBinding(
            metadata: ObjectMeta(
                name: OperatorConfiguration.tenantRole, namespace: tenant.namespace, labels: labels,
                ownerReferences: owners),
            subjects: [tenant.spec.subject], roleRef: .clusterRole(OperatorConfiguration.tenantRole))
    }

    /// How many Agents the API server itself takes here, so that many at once can't get past the webhooks' view; nil when
    /// there is no limit.
    var quota: ResourceQuota? {
        tenant.spec.quota?.agents.map { limit in
            ResourceQuota(
                metadata: ObjectMeta(
                    name: Self.quotaName, namespace: tenant.namespace, labels: labels, ownerReferences: owners),
                spec: .init(hard: ["count/\(Agent.type.plural).\(Agent.type.group)": "\(limit)"]))
        }
    }

    static let quotaName = "palana-tenant"

    private var labels: [String: String] {
        [
            OwnerMark.tenantLabel: tenant.metadata.name,
            AgentObjectNames.ownerHashLabel: OwnerMark.shortHash(tenant.spec.owner),
            AgentObjectNames.managedByLabel: OwnerMark.manager,
        ]
    }

    private var owners: [OwnerReference]? { tenant.ownerReference().map { [$0] } }
}

extension TenantSpec {
    /// Names are taken verbatim, whatever stands in them.
    var subject: Subject {
        switch ownerKind ?? .user {
        case .user: .user(owner)
        case .group: .group(owner)
        }
    }
}
