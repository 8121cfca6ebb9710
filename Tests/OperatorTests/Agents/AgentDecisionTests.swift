import Foundation
import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

/// A change of an object, as a row of a table.
struct Edit<Object: Sendable>: Sendable {
    private let change: @Sendable (inout Object) -> Void

    init(_ change: @escaping @Sendable (inout Object) -> Void) { self.change = change }

    func applied(to object: Object) -> Object {
        var object = object
        change(&object)
        return object
    }
}

@Suite("What is decided about an agent")
struct AgentDecisionTests {
    private let agent = OperatorSamples.agent()

    // MARK: - Namespace

    @Test(
        "Only a namespace that was made for the same owner and name is touched",
        arguments: [
            (nil, NamespaceClaim.absent), (Edit { _ in }, .ours),
            (Edit { $0.metadata.labels?["palana.dev/retained"] = "true" }, .retained),
            (Edit { $0.metadata.deletionTimestamp = OperatorSamples.now }, .ending),
            (Edit { $0.metadata.labels = nil }, .ours),
            (Edit { $0.metadata.labels?["palana.dev/agent-name"] = "other" }, .foreign),
            (Edit { $0.metadata.annotations = nil }, .foreign),
            (
                Edit { $0.metadata.annotations?["palana.dev/owner-sha256"] = OwnerMark.digest("alice@example.con") },
                .foreign
            ),
        ] as [(Edit<Namespace>?, NamespaceClaim)])
    func claim(_ change: Edit<Namespace>?, _ expected: NamespaceClaim) {
        let there = change.map { $0.applied(to: OperatorSamples.plan().namespace) }
        #expect(NamespaceClaim(there, of: agent) == expected)
    }

    @Test("A namespace that doesn't go says why")
    func remains() {
        var there = OperatorSamples.plan().namespace
        there.metadata.deletionTimestamp = OperatorSamples.now
        there.status = .init(conditions: [
            .init(type: "NamespaceFinalizersRemaining", status: "True", message: "x.y in 1 resource instances")
        ])
        let trouble = NamespaceClaim(there, of: agent).trouble(there)
        #expect(trouble?.reason == "NamespaceTerminating")
        #expect(trouble?.message.contains("x.y in 1 resource instances") == true)
    }

    // MARK: - Place

    @Test(
        "An agent in another's namespace, without an owner or without a tenant is refused",
        arguments: [
            (Edit { $0.spec.owner = nil }, true, "OwnerMissing"),
            (Edit { $0.metadata.namespace = "user-mallory-0123456789" }, true, "WrongNamespace"),
            (Edit { _ in }, false, "TenantMissing"),
        ] as [(Edit<Agent>, Bool, String)])
    func place(_ change: Edit<Agent>, _ hasTenant: Bool, _ reason: String) {
        let agent = change.applied(to: agent)
        let tenant = Tenant(metadata: ObjectMeta(name: "alice"), spec: TenantSpec(owner: OperatorSamples.owner))
        let trouble = #expect(throws: Trouble.self) { try AgentPlace.checked(agent, hasTenant ? tenant : nil) }
        #expect(trouble?.reason == reason)
    }

    @Test("A look-alike owner's tenant is no tenant")
    func lookAlike() {
        let owner = "e\u{301}"
        let agent = OperatorSamples.agent(owner: owner)
        let tenant = Tenant(metadata: ObjectMeta(name: "e"), spec: TenantSpec(owner: "\u{e9}"))
        let trouble = #expect(throws: Trouble.self) { try AgentPlace.checked(agent, tenant) }
        #expect(trouble?.reason == "TenantMissing")
    }

    // MARK: - Peers

    private func peers(
        calls: [(String, Int?)] = [], visits: [(String, Int?)] = []
    ) -> @Sendable (inout Agent) -> Void {
        let (calls, visits) = (
            calls.map { Peer(agent: $0.0, port: $0.1) }, visits.map { Peer(agent: $0.0, port: $0.1) }
        )
        return { agent in
            agent.spec.egress = Egress(peers: calls)
            agent.spec.ingress = Ingress(peers: visits)
        }
    }

    @Test("Two agents meet only when each names the other, for the same port")
    func meetings() {
        let (alice, bob) = ("alice@example.com/demo", "bob@example.com/worker")
        func meetings(_ boss: @Sendable (inout Agent) -> Void, _ worker: @Sendable (inout Agent) -> Void)
            -> PeerMeetings
        {
            let other = OperatorSamples.agent("worker", owner: "bob@example.com", worker)
            return PeerMeetings(of: OperatorSamples.agent("demo", boss)) { $0 == other.id ? other : nil }
        }
        let id = AgentNames.agent(owner: "bob@example.com", name: "worker").rawValue
        let both = meetings(peers(calls: [(bob, 8_080)]), peers(visits: [(alice, 8_080)]))
        #expect(both.calls == [.init(other: id, port: 8_080)])
        #expect(both.visits.isEmpty)
        #expect(meetings(peers(visits: [(bob, 1)]), peers(calls: [(alice, 1)])).visits == [.init(other: id, port: 1)])
        #expect(meetings(peers(calls: [(bob, 8_080)]), peers()).calls.isEmpty)
        #expect(meetings(peers(), peers(visits: [(alice, 8_080)])).calls.isEmpty)
        #expect(meetings(peers(calls: [(bob, 8_080)]), peers(visits: [(alice, 8_081)])).calls.isEmpty)
        #expect(meetings(peers(calls: [(bob, nil)]), peers(visits: [(alice, nil)])).calls.isEmpty)
        #expect(meetings(peers(calls: [(bob, 80)]), peers(calls: [(alice, 80)])).calls.isEmpty)
        let going = meetings(
            peers(calls: [(bob, 80)]),
            {
                peers(visits: [(alice, 80)])(&$0)
                $0.metadata.deletionTimestamp = OperatorSamples.now
            })
        #expect(going.calls.isEmpty)
    }

    // MARK: - Placeholders

    @Test("Placeholders are drawn once and kept as long as their secret is declared")
    func placeholders() {
        var agent = OperatorSamples.agent {
            $0.spec.secrets = [
                AgentSecret(name: "A", hosts: ["x.example"]), AgentSecret(name: "B", mode: .agent),
                AgentSecret(name: "C", hosts: ["x.example"], placeholder: "ghp_{random:36}"),
            ]
            $0.status = AgentStatus(placeholders: [.init(secret: "A", value: "old"), .init(secret: "Z", value: "gone")])
        }
        let wanted = AgentPlaceholders.wanted(agent) { pattern, name in "\(pattern) \(name)" }
        #expect(wanted == [.init(secret: "A", value: "old"), .init(secret: "C", value: "ghp_{random:36} C")])
        #expect(AgentPlaceholders.trouble(agent)?.reason == "PlaceholderPending")
        agent.status?.placeholders = wanted
        #expect(AgentPlaceholders.wanted(agent) == wanted)
        #expect(AgentPlaceholders.trouble(agent) == nil)
        agent.spec.secrets?[2].placeholder = "guess"
        agent.status?.placeholders = []
        #expect(AgentPlaceholders.wanted(agent) == nil)
    }

    // MARK: - Report

    @Test("Steps that were not reached wait for the one that failed, and Ready says why")
    func report() {
        var report = AgentReport()
        report.add(.namespaceReady)
        report.add(.policyReady, Trouble("PortsExhausted", "all taken"))
        let status = report.status(of: OperatorSamples.agent { $0.metadata.generation = 3 }, now: OperatorSamples.now)
        #expect(status.conditions?[.namespaceReady]?.status == .true)
        #expect(status.conditions?[.policyReady]?.reason == "PortsExhausted")
        #expect(status.conditions?[.secretsReady]?.status == .unknown)
        #expect(status.conditions?[.workloadReady]?.message == "waits for PolicyReady")
        #expect(status.conditions?[.ready]?.message == "all taken")
        #expect(status.conditions?.allSatisfy { $0.observedGeneration == 3 } == true)
        #expect(status.phase == .pending)
        #expect(status.namespace == OperatorSamples.agent().id.rawValue)
    }

    @Test("A status that says the same is the same, and others' conditions stay")
    func same() {
        var report = AgentReport()
        for step in AgentReport.steps { report.add(step) }
        var agent = OperatorSamples.agent {
            $0.status = AgentStatus(
                conditions: [Condition(.idle, .false, reason: "Busy", observedGeneration: 1)], egressPort: 20_001)
        }
        agent.status = report.status(of: agent, now: OperatorSamples.now)
        #expect(agent.status?.phase == .running)
        #expect(agent.status?.conditions?[.idle]?.reason == "Busy")
        #expect(agent.status?.egressPort == 20_001)
        let later = Timestamp(OperatorSamples.now.date.addingTimeInterval(60))
        #expect(report.status(of: agent, now: later) == agent.status)
        let cause = KillCause(name: "leak", level: .freeze, reason: "It posts to a pastebin.")
        report.order = ControlOrder(causes: [cause], isSuspended: false, host: .cluster)
        let killed = report.status(of: agent, now: later)
        #expect(killed.phase == .killed)
        #expect(killed.conditions?[.killed]?.message.contains("pastebin") == true)
    }

    @Test("Events tell of what is wrong, of what is well again and of the last step, not of each that went well")
    func news() {
        func reasons(_ old: AgentStatus?, _ report: AgentReport) -> [String] {
            let new = report.status(of: OperatorSamples.agent { $0.status = old }, now: OperatorSamples.now)
            return AgentReport.news(from: old, to: new).map { "\($0.kind) \($0.condition.reason)" }
        }
        var well = AgentReport()
        for step in AgentReport.steps { well.add(step) }
        #expect(reasons(nil, well) == ["good Running"])
        var taken = AgentReport()
        taken.add(.namespaceReady, Trouble("NameTaken", "somebody has it"))
        #expect(reasons(nil, taken) == ["bad NameTaken"])
        let before = taken.status(of: OperatorSamples.agent(), now: OperatorSamples.now)
        #expect(reasons(before, taken) == [])
        #expect(reasons(before, well) == ["good Made", "good Running"])
        var starting = AgentReport()
        for step in AgentReport.steps.dropLast() { starting.add(step) }
        starting.add(.workloadReady, .notMade)
        #expect(reasons(nil, starting) == [])
        var killed = well
        killed.order = ControlOrder(
            causes: [KillCause(name: "leak", level: .network, reason: "x")], isSuspended: false, host: .cluster)
        let free = well.status(of: OperatorSamples.agent(), now: OperatorSamples.now)
        #expect(reasons(free, killed) == ["bad Network"])
        let held = killed.status(of: OperatorSamples.agent(), now: OperatorSamples.now)
        #expect(reasons(held, well) == ["good Released"])
    }

    // MARK: - Workload

    private static func pod(_ status: Pod.Status) -> ObservedPod {
        ObservedPod(metadata: ObjectMeta(name: "agent-0", namespace: "x"), status: status)
    }

    private static func waiting(_ reason: String, exit code: Int? = nil) -> ObservedPod {
        let last = code.map { Pod.ContainerState(terminated: .init(exitCode: $0)) }
        return pod(
            .init(
                phase: "Pending",
                containerStatuses: [.init(name: "agent", state: .init(waiting: .init(reason: reason)), lastState: last)]
            ))
    }

    @Test(
        "What keeps a pod from running is named",
        arguments: [
            ([waiting("ImagePullBackOff")], nil, "ImageUnavailable", "img:1"),
            ([waiting("CrashLoopBackOff", exit: 3)], nil, "Crashing", "last exit code 3"),
            ([pod(.init(phase: "Failed", message: "evicted"))], nil, "PodFailed", "evicted"),
            (
                [
                    pod(
                        .init(
                            phase: "Pending",
                            conditions: [.init(type: "PodScheduled", status: "False", message: "0/3 nodes: cpu")]))
                ],
                nil, "Unschedulable", "0/3 nodes: cpu"
            ),
            ([pod(.init(phase: "Pending"))], nil, "ClaimUnbound", "default StorageClass"),
            ([], "pods \"agent-0\" is forbidden: exceeded quota: agent", "QuotaExceeded", "exceeded quota"),
            ([], "admission webhook denied", "PodRefused", "admission webhook denied"),
            ([], nil, "Starting", "not made yet"),
        ] as [([ObservedPod], String?, String, String)])
    func workload(_ pods: [ObservedPod], _ refusal: String?, _ reason: String, _ words: String) {
        let claim = PersistentVolumeClaim(metadata: ObjectMeta(name: "data"), status: .init(phase: "Pending"))
        let trouble = WorkloadObservation(
            image: "img:1", isSuspended: false, pods: pods, claim: claim, refusal: refusal
        ).trouble
        #expect(trouble?.reason == reason)
        #expect(trouble?.message.contains(words) == true)
    }

    @Test("A ready pod runs, and a suspended agent has none")
    func running() {
        let ready = Self.pod(.init(phase: "Running", conditions: [.init(type: "Ready", status: "True")]))
        func trouble(_ isSuspended: Bool, _ pods: [ObservedPod]) -> String? {
            WorkloadObservation(image: "i", isSuspended: isSuspended, pods: pods, claim: nil, refusal: nil).trouble?
                .reason
        }
        #expect(trouble(false, [ready]) == nil)
        #expect(trouble(true, [ready]) == "Suspending")
        #expect(trouble(true, []) == "Suspended")
    }

    @Test(
        "What passes by itself is only tried again, the rest is told",
        arguments: [
            (KubernetesFailure(.unreachable, "x"), nil), (KubernetesFailure(.conflict, "x"), nil),
            (KubernetesFailure(.tooManyRequests, "x"), nil),
            (KubernetesFailure(.forbidden, "exceeded quota: q"), "QuotaExceeded"),
            (KubernetesFailure(.forbidden, "status unknown for quota: agent"), "QuotaPending"),
            (KubernetesFailure(.forbidden, "no"), "Forbidden"), (KubernetesFailure(.invalid, "bad"), "Refused"),
            (KubernetesFailure(.namespaceTerminating, "x"), "NamespaceTerminating"),
        ] as [(KubernetesFailure, String?)])
    func failures(_ failure: KubernetesFailure, _ reason: String?) {
        #expect(Trouble(failure)?.reason == reason)
    }

    @Test("The bundle is public certificates as PEM, or nothing", arguments: [nil, "", "nonsense"])
    func bundle(_ pem: String?) {
        let map = ConfigMap(metadata: ObjectMeta(name: "b"), data: pem.map { ["ca-certificates.crt": $0] })
        let trouble = #expect(throws: Trouble.self) {
            try CertificateBundle.read(map, named: ObjectKey("b", in: "palana-system"))
        }
        #expect(trouble?.reason == "CertificatesMissing")
    }
}
