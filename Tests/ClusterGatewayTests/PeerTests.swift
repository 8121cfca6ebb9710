import ClusterGateway
import KubernetesClient
import PalanaCore
import Testing

@Suite("Whom an agent's DNS lets it meet")
struct PeerTests {
    private static let boss = "\(ClusterSample.alice)/boss"
    private static let worker = "\(ClusterSample.bob)/worker"

    private static func sample(
        calls: [Peer] = [Peer(agent: worker, port: 8_080)], admits: [Peer] = [Peer(agent: boss, port: 8_080)]
    ) -> (ClusterSample, boss: AgentID, worker: AgentID) {
        var sample = ClusterSample()
        let boss = sample.add("boss", pod: "10.1.0.1") { $0.spec.egress = Egress(peers: calls) }
        let worker = sample.add("worker", of: ClusterSample.bob, port: 20_001, pod: "10.1.0.2") {
            $0.spec.ingress = Ingress(peers: admits)
        }
        return (sample, boss, worker)
    }

    private static func names(_ sample: ClusterSample, _ id: AgentID) -> [String: String] {
        (sample.index.zone(of: id)?.peers ?? [:]).mapValues(\.description)
    }

    @Test("Those whom it names and who name it, under their full name and, where it is clear, their short one")
    func both() {
        let (sample, boss, worker) = Self.sample()
        #expect(
            Self.names(sample, boss) == [
                "worker.peer.palana.internal": "10.1.0.2", "\(worker).peer.palana.internal": "10.1.0.2",
            ])
        #expect(Self.names(sample, worker) == [:])
    }

    @Test("Nobody where one side is silent, names another port or somebody else, or writes nonsense")
    func oneSided() {
        let rows: [([Peer], [Peer])] = [
            ([], [Peer(agent: Self.boss, port: 8_080)]), ([Peer(agent: Self.worker, port: 8_080)], []),
            ([Peer(agent: Self.worker, port: 8_081)], [Peer(agent: Self.boss, port: 8_080)]),
            ([Peer(agent: Self.worker, port: 8_080)], [Peer(agent: Self.boss)]),
            ([Peer(agent: Self.worker, port: 8_080)], [Peer(agent: "\(ClusterSample.bob)/boss", port: 8_080)]),
            ([Peer(agent: Self.worker, port: 8_080)], [Peer(agent: "boss", port: 8_080)]),
            ([Peer(agent: "worker", port: 8_080)], [Peer(agent: Self.boss, port: 8_080)]),
            ([Peer(agent: "", port: 8_080)], [Peer(agent: "/", port: 8_080)]),
        ]
        for (calls, admits) in rows {
            let (sample, boss, _) = Self.sample(calls: calls, admits: admits)
            #expect(Self.names(sample, boss) == [:], "\(calls) \(admits)")
        }
    }

    @Test("Not while the other is killed, suspended, gone or without an address")
    func away() {
        var (sample, boss, worker) = Self.sample()
        sample.apply(.killSwitch(ClusterSample.killSwitch(KillTarget(owner: ClusterSample.bob))))
        #expect(Self.names(sample, boss) == [:])
        sample.apply(.gone(.killSwitches, ObjectKey("stop", in: ClusterSample.platform)))
        #expect(Self.names(sample, boss).count == 2)
        sample.apply(.gone(.pods, ObjectKey("agent-0", in: worker.rawValue)))
        #expect(Self.names(sample, boss) == [:])
        sample.apply(.pod(ClusterSample.pod(in: worker.rawValue, "fd00::2")))
        #expect(Self.names(sample, boss) == [:])
        sample.apply(.pod(ClusterSample.pod(in: worker.rawValue, "10.1.0.3")))
        #expect(Self.names(sample, boss).count == 2)
        sample.apply(.gone(.agents, ClusterSample.agent("worker", of: ClusterSample.bob).key))
        #expect(Self.names(sample, boss) == [:])
    }

    @Test("Two of one name only by their full names")
    func sameName() {
        let second = "carol@example.com/worker"
        var (sample, boss, worker) = Self.sample(calls: [Self.worker, second].map { Peer(agent: $0, port: 8_080) })
        let other = sample.add("worker", of: "carol@example.com", port: 20_002, pod: "10.1.0.3") {
            $0.spec.ingress = Ingress(peers: [Peer(agent: Self.boss, port: 8_080)])
        }
        #expect(
            Self.names(sample, boss) == [
                "\(worker).peer.palana.internal": "10.1.0.2", "\(other).peer.palana.internal": "10.1.0.3",
            ])
    }
}
