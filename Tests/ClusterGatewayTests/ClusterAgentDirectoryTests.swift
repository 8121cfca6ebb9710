import ClusterGateway
import KubernetesClient
import PalanaCore
import Synchronization
import Testing

@Suite("The cluster's directory")
struct ClusterAgentDirectoryTests {
    private final class Clock: Sendable {
        private let time = Mutex(ClusterSample.start)
        var now: Timestamp { time.withLock { $0 } }
        func advance(_ seconds: Int64) { time.withLock { $0 = $0.adding(seconds) } }
    }

    @Test("tells nobody until it is synced, then everybody, and again when a standing or a port changes")
    func changes() async throws {
        let directory = ClusterAgentDirectory()
        var changes = directory.changes().makeAsyncIterator()
        #expect(await changes.next() == [])
        let agent = ClusterSample.agent()
        directory.apply(.agent(agent))
        for input in ClusterInput.allCases { directory.apply(.synced(input)) }
        #expect(await changes.next() == [agent.id])
        #expect(directory.isSynced && directory.egressPort(of: agent.id) == 20_000)
        directory.apply(.agent(ClusterSample.agent(port: 20_001)))
        #expect(await changes.next() == [agent.id] && directory.egressPort(of: agent.id) == 20_001)
        directory.apply(.killSwitch(ClusterSample.killSwitch(KillTarget(all: true))))
        #expect(await changes.next() == [agent.id] && directory.agent(agent.id)?.standing == .killed)
        directory.apply(.service(ClusterSample.service(in: agent.id, address: "10.96.0.1")))
        #expect(await changes.next() == [agent.id] && directory.zone(of: agent.id) != nil)
        directory.apply(.gone(.agents, agent.key))
        #expect(await changes.next() == [])
    }

    @Test("lets a kill switch end when its time is up", .timeLimit(.minutes(1)))
    func expiry() async {
        let clock = Clock()
        let directory = ClusterAgentDirectory { clock.now }
        for input in ClusterInput.allCases { directory.apply(.synced(input)) }
        let agent = ClusterSample.agent()
        directory.apply(.agent(agent))
        let end = ClusterSample.start.adding(30)
        directory.apply(.killSwitch(ClusterSample.killSwitch(KillTarget(all: true), until: end)))
        #expect(directory.agent(agent.id)?.standing == .killed)
        var changes = directory.changes().makeAsyncIterator()
        _ = await changes.next()
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await directory.run() }
            clock.advance(30)
            _ = await changes.next()
            #expect(directory.agent(agent.id)?.standing == .active)
            tasks.cancelAll()
        }
    }

    @Test("tells the policies once all is known, and each change of them")
    func policies() async {
        let directory = ClusterAgentDirectory()
        var changes = directory.policyChanges().makeAsyncIterator()
        directory.apply(.policy(EgressPolicy(metadata: ObjectMeta(name: "b"))))
        directory.apply(.policy(EgressPolicy(metadata: ObjectMeta(name: "a"))))
        for input in ClusterInput.allCases { directory.apply(.synced(input)) }
        #expect(await changes.next()?.map(\.metadata.name) == ["a", "b"])
        directory.apply(.gone(.policies, ObjectKey("a")))
        #expect(await changes.next()?.map(\.metadata.name) == ["b"])
    }
}
