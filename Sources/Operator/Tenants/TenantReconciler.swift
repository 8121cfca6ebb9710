import ControllerRuntime
import Foundation
import KubernetesClient
import PalanaCore

/// Makes a Tenant's namespace and gives its owner their rights in it.
struct TenantReconciler: Sendable {
    let client: KubernetesClient
    let view: ClusterView
    let events: EventRecorder
    let clock: KubernetesClock

    func reconcile(_ key: ObjectKey) async throws -> ReconcileOutcome {
        guard let tenant = view.tenants.object(key), !tenant.isTerminating else { return .done }
        let trouble: Trouble?
        do throws(KubernetesFailure) {
            trouble = try await make(TenantObjects(tenant: tenant))
        } catch {
            guard let known = Trouble(error) else { throw error }
            trouble = known
        }
        try await report(tenant, trouble)
        guard let trouble else { return .done }
        return try trouble.outcome()
    }

    private func make(_ objects: TenantObjects) async throws(KubernetesFailure) -> Trouble? {
        let applier = ObjectApplier(client: client)
        let name = ObjectKey(objects.tenant.namespace)
        if let trouble = objects.trouble(with: view.namespaces.object(name)) { return trouble }
        guard try await applier.settle(objects.namespace, in: view.namespaces) else { return .justTaken(name.name) }
        try await applier.apply(objects.binding, in: view.bindings)
        if let quota = objects.quota {
            try await applier.apply(quota, in: view.quotas)
        } else {
            try await applier.delete(ObjectKey(TenantObjects.quotaName, in: name.name), in: view.quotas)
        }
        return nil
    }

    private func report(_ tenant: Tenant, _ trouble: Trouble?) async throws {
        var status = tenant.status ?? TenantStatus()
        var conditions = status.conditions ?? []
        let condition = Condition(
            .ready, trouble == nil ? .true : .false, reason: trouble?.reason ?? "Made",
            message: trouble?.message ?? "the namespace \(tenant.namespace) is \(tenant.spec.owner)'s",
            observedGeneration: tenant.metadata.generation)
        conditions.set(condition, now: Timestamp(clock.date()))
        if trouble == nil { status.namespace = tenant.namespace }
        status.conditions = conditions
        guard status != tenant.status else { return }
        var body: JSONValue = ["status": try JSONValue(of: status)]
        body["metadata"] = tenant.metadata.resourceVersion.map { ["resourceVersion": .string($0)] }
        view.tenants.wrote(try await client.patchStatus(Tenant.self, tenant.metadata.name, body))
        let before = tenant.status?.conditions?[.ready]
        guard before?.reason != condition.reason else { return }
        events.record(
            trouble == nil ? .normal : .warning, about: tenant, reason: condition.reason, message: condition.message)
    }
}
