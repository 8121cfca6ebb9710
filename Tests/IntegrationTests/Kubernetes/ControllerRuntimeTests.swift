import ControllerRuntime
import Foundation
import KubernetesClient
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite("The controller runtime on a real API server", .timeLimit(.minutes(10)))
struct ControllerRuntimeTests {
    @Test("An informer goes through restarts, compaction and freezes of the API server and misses nothing")
    func informer() async throws {
        try await withControlPlane { plane in
            let writer = try plane.client()
            let reader = try plane.client {
                $0.watchSilence = .seconds(3)
                $0.requestTimeout = .seconds(5)
            }
            let informer = Informer(reader, ConfigMap.self, in: "default")
            let deleted = Mutex<Set<String>>([])
            informer.addHandler { change in
                if case .deleted(let map) = change { _ = deleted.withLock { $0.insert(map.metadata.name) } }
            }
            @Sendable func knows(_ name: String, _ value: String?) async throws {
                try await until("\(name) is \(value ?? "gone")") {
                    informer.object(ObjectKey(name, in: "default"))?.data?["k"] == value
                }
            }
            try await beside({ await informer.run() }) {
                await informer.waitUntilSynced()
                try await writer.create(configMap("a", in: "default", ["k": "1"]))
                try await writer.create(configMap("b", in: "default", ["k": "1"]))
                try await knows("b", "1")

                try await plane.restartAPIServer()
                try await writer.patch(ConfigMap.self, "a", in: "default", ["data": ["k": "2"]])
                try await knows("a", "2")

                // What it watched from is forgotten: 410, and a new list.
                try await writer.delete(ConfigMap.self, "b", in: "default")
                for number in 0..<20 { try await writer.create(configMap("c-\(number)", in: "default")) }
                try await plane.compactStore()
                try await plane.restartAPIServer()
                try await knows("b", nil)
                try await until("it was told of b") { deleted.withLock { $0.contains("b") } }

                try plane.freezeAPIServer()
                try await until("it notices the silence") { informer.failure != nil }
                #expect(informer.hasSynced && informer.object(ObjectKey("a", in: "default")) != nil)
                try plane.thawAPIServer()
                try await until("writing goes again") {
                    await kubernetesFailure {
                        try await writer.patch(ConfigMap.self, "a", in: "default", ["data": ["k": "3"]])
                    } == nil
                }
                try await knows("a", "3")
                try await until("it listens again") { informer.failure == nil }
            }
        }
    }

    private static func election(
        _ client: KubernetesClient, _ namespace: String, _ identity: String, lease: Duration = .seconds(6)
    ) -> LeaderElection {
        LeaderElection(
            client,
            LeaderElectionConfiguration(
                namespace: namespace, name: "operator", identity: identity, leaseDuration: lease,
                renewDeadline: lease * 0.7, retryPeriod: .milliseconds(200)))
    }

    @Test("A leader that dies is followed when its lease ran out; one that ends in order, at once")
    func leaders() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let first = Self.election(client, namespace, "first")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await first.run { try await Task.sleep(for: .seconds(600)) } }
                try await until("the first leads") { first.isLeader }
                // Cancelled, it can't give the lease back.
                group.cancelAll()
            }
            let start = ContinuousClock.now
            let second = Self.election(client, namespace, "second")
            try await second.run {}
            #expect(ContinuousClock.now - start > .seconds(4))
            let between = ContinuousClock.now
            try await Self.election(client, namespace, "third", lease: .seconds(60)).run {}
            #expect(ContinuousClock.now - between < .seconds(6))
            let lease = try await client.get(Lease.self, "operator", in: namespace)
            #expect(lease.spec?.leaseTransitions == 2 && lease.spec?.holderIdentity == "")
        }
    }

    @Test("Of many who want to lead, one does at a time")
    func one() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let leading = SharedCount()
            let turns = SharedCount()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    let election = Self.election(client, namespace, "candidate-\(number)", lease: .seconds(60))
                    group.addTask {
                        try await election.run {
                            #expect(leading.add(1) == 1)
                            for _ in 0..<20 { await Task.yield() }
                            leading.add(-1)
                            turns.add(1)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(turns.value == 5)
        }
    }

    @Test("A leader whose API server stops answering stops before another could lead")
    func frozen() async throws {
        try await withControlPlane { plane in
            let client = try plane.client()
            let election = Self.election(client, "default", "first")
            let frozen = Mutex<ContinuousClock.Instant?>(nil)
            await #expect(throws: LeadershipLost.self) {
                try await election.run {
                    try plane.freezeAPIServer()
                    frozen.withLock { $0 = .now }
                    try await Task.sleep(for: .seconds(600))
                }
            }
            let took = try #require(frozen.withLock { $0 }).duration(to: .now)
            #expect(took < .seconds(6))
            try plane.thawAPIServer()
        }
    }

    @Test("People see what happened, counted")
    func events() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let map = try await client.create(configMap("a", in: namespace))
            let recorder = EventRecorder(client, component: "palana.dev/test", instance: "one")
            try await beside({ await recorder.run() }) {
                for _ in 0..<3 {
                    recorder.record(.warning, about: map, reason: "QuotaExceeded", message: "Raise the quota of a.")
                }
                try await until("the Event counts three") {
                    try await client.list(Event.self, in: namespace).items.first?.count == 3
                }
            }
            let described = try await plane.kubectl(namespace: namespace).must("get", "events")
            #expect(described.contains("QuotaExceeded") && described.contains("Raise the quota of a."))
            #expect(recorder.dropped == 0)
        }
    }

    @Test("A controller that compares before it applies sends nothing the second time, and puts back what drifts")
    func quiet() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let informer = Informer(client, ConfigMap.self, in: namespace)
            let queue = WorkQueue<ObjectKey>(backoffFrom: .milliseconds(50))
            informer.addHandler { queue.add($0.key) }
            let wanted = configMap("wanted", in: namespace, ["k": "v"])
            let controller = Controller(
                ControllerConfiguration(name: "test"), queue: queue, prepare: informer.waitUntilSynced,
                reconcile: { key in
                    guard key == wanted.key else { return .done }
                    if let there = informer.object(key), wanted.isCovered(by: there) { return .done }
                    try await client.apply(wanted, fieldManager: "palana-operator")
                    return .done
                })
            let work: @Sendable () async -> Void = {
                await withDiscardingTaskGroup { group in
                    group.addTask { await informer.run() }
                    group.addTask { await controller.run() }
                }
            }
            try await beside(work) {
                queue.add(wanted.key)
                try await until("it is there") { informer.object(wanted.key) != nil && queue.isIdle }
                let writes = client.requests.writes
                for round in 1...5 {
                    queue.add(wanted.key)
                    try await until("it was looked at") { controller.counts.done > round && queue.isIdle }
                }
                #expect(client.requests.writes == writes)
                try await client.patch(ConfigMap.self, "wanted", in: namespace, ["data": ["k": "drift"]])
                try await until("it is put back") { informer.object(wanted.key)?.data?["k"] == "v" }
                try await client.delete(ConfigMap.self, "wanted", in: namespace)
                try await until("it is back") { informer.object(wanted.key)?.data?["k"] == "v" }
            }
        }
    }
}
