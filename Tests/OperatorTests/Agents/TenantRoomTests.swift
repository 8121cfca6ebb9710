import Foundation
import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("Room in a tenant")
struct TenantRoomTests {
    private static func agent(_ name: String, age: Double, isMade: Bool) -> Agent {
        OperatorSamples.agent(name) {
            $0.metadata.creationTimestamp = Timestamp(OperatorSamples.now.date.addingTimeInterval(-age))
            if isMade { $0.status = AgentStatus(namespace: $0.id.rawValue) }
        }
    }

    private static func reason(_ agent: Agent, _ others: [Agent], _ quota: TenantQuota) -> String? {
        let tenant = Tenant(
            metadata: ObjectMeta(name: "alice"), spec: TenantSpec(owner: OperatorSamples.owner, quota: quota))
        return TenantRoom.trouble(for: agent, of: tenant, among: others, retained: [:]) { _ in nil }?.reason
    }

    @Test("is for the older of agents that got past admission in the same moment, and for those that have it already")
    func order() {
        let agents = [
            Self.agent("a", age: 3, isMade: false), Self.agent("b", age: 3, isMade: false),
            Self.agent("c", age: 1, isMade: true),
        ]
        func reasons(_ quota: TenantQuota) -> [String?] { agents.map { Self.reason($0, agents, quota) } }
        #expect(reasons(TenantQuota(agents: 2)) == [nil, "QuotaExceeded", nil])
        #expect(reasons(TenantQuota(cpu: "2")) == [nil, "QuotaExceeded", nil])
        #expect(reasons(TenantQuota(agents: 1)) == ["QuotaExceeded", "QuotaExceeded", nil])
        #expect(reasons(TenantQuota(memory: "6Gi")) == [nil, nil, nil])
        // A quota that was made smaller stops nobody who runs.
        #expect(reasons(TenantQuota(agents: 0)).last == .some(nil))
    }
}
