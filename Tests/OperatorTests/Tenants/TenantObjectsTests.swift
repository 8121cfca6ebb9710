import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("What is made for one tenant")
struct TenantObjectsTests {
    private func objects(_ name: String = "alice", _ kind: TenantSpec.OwnerKind? = nil) -> TenantObjects {
        TenantObjects(
            tenant: Tenant(
                metadata: ObjectMeta(name: name, uid: "u"),
                spec: TenantSpec(owner: "o'brien+x@ex.co", ownerKind: kind)))
    }

    @Test("is a namespace, and its raw owner's rights in it")
    func rights() {
        let objects = objects()
        #expect(objects.namespace.metadata.name == AgentNames.tenantNamespace(owner: "o'brien+x@ex.co"))
        #expect(objects.namespace.metadata.labels?["palana.dev/tenant"] == "alice")
        #expect(objects.binding.subjects == [.user("o'brien+x@ex.co")])
        #expect(objects.binding.roleRef == .clusterRole("palana-user"))
        #expect(self.objects("alice", .group).binding.subjects == [.group("o'brien+x@ex.co")])
        #expect(objects.binding.metadata.ownerReferences?.first?.name == "alice")
    }

    @Test("bounds how many Agents the API server takes, where the tenant is bounded")
    func quota() {
        var limited = objects()
        #expect(limited.quota == nil)
        limited = TenantObjects(
            tenant: Tenant(
                metadata: limited.tenant.metadata, spec: TenantSpec(owner: "alice", quota: TenantQuota(agents: 3))))
        #expect(limited.quota?.spec?.hard == ["count/agents.palana.dev": "3"])
        #expect(limited.quota?.metadata.namespace == AgentNames.tenantNamespace(owner: "alice"))
        #expect(limited.quota?.metadata.labels?["app.kubernetes.io/managed-by"] == "palana")
    }

    @Test("is left alone where somebody else has the name, or another tenant the owner")
    func taken() {
        let objects = objects()
        #expect(objects.trouble(with: nil) == nil)
        #expect(objects.trouble(with: objects.namespace) == nil)
        #expect(objects.trouble(with: Namespace(metadata: ObjectMeta(name: "x")))?.reason == "NameTaken")
        #expect(objects.trouble(with: self.objects("other").namespace)?.reason == "OwnerTaken")
        var ending = objects.namespace
        ending.metadata.deletionTimestamp = OperatorSamples.now
        #expect(objects.trouble(with: ending)?.reason == "NamespaceTerminating")
    }
}
