import ControllerRuntime
import Foundation
import KubernetesClient
import PalanaCore
import Synchronization
import TestSupport
import Testing

/// Keeps one Lease as an API server does: versions, conflicts.
private final class LeaseKeeper: Sendable {
    struct State {
        var lease: Lease?
        var version = 0
        var isAway = false
    }

    let state = Mutex(State())

    func answer(_ request: APIServerStub.Request) -> APIServerStub.Answer {
        state.withLock { state in
            guard !state.isAway else { return .failure(503, "ServiceUnavailable") }
            do {
                switch request.method {
                case "POST":
                    guard state.lease == nil else { return .failure(409, "AlreadyExists") }
                    state.lease = try JSONDecoder().decode(Lease.self, from: request.body)
                case "PATCH":
                    let patch = try JSONDecoder().decode(Lease.self, from: request.body)
                    guard patch.metadata.resourceVersion == String(state.version) else {
                        return .failure(409, "Conflict")
                    }
                    var spec = try JSONValue(of: state.lease?.spec)
                    if case .object(let members) = try JSONValue(of: patch.spec) {
                        for (name, value) in members { spec[name] = value }
                    }
                    state.lease?.spec = try JSONDecoder().decode(Lease.Spec.self, from: JSONEncoder().encode(spec))
                default:
                    guard let lease = state.lease else { return .failure(404, "NotFound") }
                    return APIServerStub.Answer(200, try json(lease))
                }
                state.version += 1
                state.lease?.metadata.resourceVersion = String(state.version)
                return APIServerStub.Answer(200, try json(state.lease))
            } catch {
                return .failure(400, "BadRequest")
            }
        }
    }

    func steal() {
        state.withLock { state in
            state.version += 1
            state.lease?.metadata.resourceVersion = String(state.version)
            state.lease?.spec?.holderIdentity = "thief"
        }
    }
}

@Suite("Leader election")
struct LeaderElectionTests {
    /// - Parameter lease: generous where time is not the matter: a busy machine must not lose it.
    private static func election(
        _ client: KubernetesClient, _ identity: String, lease: Duration = .seconds(60)
    ) -> LeaderElection {
        LeaderElection(
            client,
            LeaderElectionConfiguration(
                namespace: "n", name: "l", identity: identity, leaseDuration: lease,
                renewDeadline: lease * 0.6, retryPeriod: .milliseconds(50)), logger: quiet)
    }

    @Test("Of two one leads; when it ends the other leads at once")
    func handover() async throws {
        let keeper = LeaseKeeper()
        try await serve {
            keeper.answer($0)
        } _: { _, client in
            let order = Collected<String>()
            let (first, second) = (Self.election(client, "first"), Self.election(client, "second"))
            let mayEnd = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await first.run {
                        order.add("first begins")
                        try await eventually { mayEnd.isSet }
                        order.add("first ends")
                    }
                }
                try await eventually { first.isLeader }
                group.addTask { try await second.run { order.add("second begins") } }
                try await eventually { keeper.state.withLock { $0.version } > 8 }
                #expect(!second.isLeader)
                mayEnd.set()
                try await group.waitForAll()
            }
            #expect(order.all == ["first begins", "first ends", "second begins"])
        }
    }

    @Test("A lease that can't be renewed ends the leader's work with an error, before another may take it")
    func away() async throws {
        let keeper = LeaseKeeper()
        try await serve {
            keeper.answer($0)
        } _: { _, client in
            let election = Self.election(client, "first", lease: .seconds(3))
            let start = Mutex<ContinuousClock.Instant?>(nil)
            await #expect(throws: LeadershipLost.self) {
                try await election.run {
                    keeper.state.withLock { $0.isAway = true }
                    start.withLock { $0 = .now }
                    try await Task.sleep(for: .seconds(600))
                }
            }
            let took = try #require(start.withLock { $0 }).duration(to: .now)
            #expect(took < .seconds(3) && !election.isLeader)
        }
    }

    @Test("A lease that somebody else took ends the leader's work with an error")
    func stolen() async throws {
        let keeper = LeaseKeeper()
        try await serve {
            keeper.answer($0)
        } _: { _, client in
            await #expect(throws: LeadershipLost.self) {
                try await Self.election(client, "first").run {
                    keeper.steal()
                    try await Task.sleep(for: .seconds(600))
                }
            }
        }
    }

    @Test("A holder that died is followed once its lease ran out")
    func died() async throws {
        let keeper = LeaseKeeper()
        try await serve {
            keeper.answer($0)
        } _: { _, client in
            let dead = Lease(
                metadata: ObjectMeta(name: "l", namespace: "n"),
                spec: Lease.Spec(holderIdentity: "dead", leaseDurationSeconds: 1, renewTime: .now()))
            try await client.create(dead)
            let start = ContinuousClock.now
            try await Self.election(client, "second").run {}
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(keeper.state.withLock { $0.lease?.spec?.leaseTransitions } == 1)
        }
    }

    @Test("Who waits for the lease ends when it is cancelled")
    func cancelled() async throws {
        try await serve { _ in
            .failure(503, "ServiceUnavailable")
        } _: { _, client in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.election(client, "first").run { Issue.record("it leads") } }
                group.cancelAll()
            }
        }
    }
}
