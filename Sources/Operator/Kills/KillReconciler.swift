import ControllerRuntime
import KubernetesClient
import PalanaCore
import Synchronization

/// Writes what became of a kill switch's agents into its status.
final class KillReconciler: Sendable {
    private let client: KubernetesClient
    private let view: ClusterView
    private let clock: KubernetesClock
    /// When each switch was first seen, by its uid; those that were there at the start aren't in it.
    private let seen = Mutex<[String: Timestamp]>([:])

    /// A switch older than this when it is first seen was there before.
    private static let fresh: Int64 = 5

    init(client: KubernetesClient, view: ClusterView, clock: KubernetesClock) {
        self.client = client
        self.view = view
        self.clock = clock
    }

    func reconcile(_ key: ObjectKey) async throws -> ReconcileOutcome {
        guard let kill = view.kills.object(key), !kill.isTerminating else { return .done }
        let now = Timestamp(clock.date())
        let report = KillReport(
            kill: kill, agents: kill.isInForce(at: now) ? view.agents(heldBy: kill) : [],
            isThere: { self.view.agent(id: $0.rawValue) != nil }, hasPods: { !self.view.pods(of: $0).isEmpty },
            gateways: view.runningGateways, seen: firstSeen(kill, now))
        let status = report.status(now: now)
        if status != kill.status {
            // What the gateways say there is not ours to repeat.
            var own = status
            own.gateways = nil
            var body: JSONValue = ["status": try JSONValue(of: own)]
            body["metadata"] = kill.metadata.resourceVersion.map { ["resourceVersion": .string($0)] }
            _ = try await client.patchStatus(KillSwitch.self, kill.metadata.name, in: kill.metadata.namespace, body)
        }
        guard let end = kill.spec.expiresAt, end > now else { return .done }
        return .requeue(after: .seconds(end.seconds - now.seconds))
    }

    private func firstSeen(_ kill: KillSwitch, _ now: Timestamp) -> Timestamp? {
        guard let uid = kill.metadata.uid, let made = kill.metadata.creationTimestamp else { return nil }
        return seen.withLock { seen in
            if seen.count > 10_000 { seen = [:] }
            if seen[uid] == nil, now.seconds - made.seconds <= Self.fresh { seen[uid] = made }
            return seen[uid]
        }
    }
}
