import ClusterGateway
import KubernetesClient
import PalanaCore
import Testing

@Suite("Which addresses are an agent's")
struct PodAddressTests {
    private func sources(_ sample: ClusterSample, _ id: AgentID) -> Set<String> {
        guard case .addresses(let addresses) = sample.index.sources(of: id) else { return ["unchecked"] }
        return Set(addresses.map(\.description))
    }

    @Test("Those of the pods in its namespace as long as they run")
    func pods() {
        var sample = ClusterSample()
        let id = sample.add(pod: "10.1.0.1")
        #expect(sources(sample, id) == ["10.1.0.1"])
        sample.apply(.pod(ClusterSample.pod(in: id.rawValue, "10.1.0.2", name: "job")))
        #expect(sources(sample, id) == ["10.1.0.1", "10.1.0.2"])
        sample.apply(.pod(ClusterSample.pod(in: id.rawValue, "10.1.0.9")))
        #expect(sources(sample, id) == ["10.1.0.9", "10.1.0.2"])
        for phase in ["Succeeded", "Failed"] {
            sample.apply(.pod(ClusterSample.pod(in: id.rawValue, "10.1.0.2", name: "job", phase: phase)))
            #expect(sources(sample, id) == ["10.1.0.9"], "\(phase)")
        }
        sample.apply(.gone(.pods, ObjectKey("agent-0", in: id.rawValue)))
        #expect(sources(sample, id) == [])
        sample.apply(.pod(ClusterSample.pod(in: "default", "10.1.0.5")))
        #expect(sources(sample, id) == [])
    }

    @Test(
        "Never a node's address, nor what is no address",
        arguments: [
            ClusterSample.pod(in: "", "10.1.0.1", hostNetwork: true), ClusterSample.pod(in: "", "192.0.2.1"),
            ClusterSample.pod(in: "", nil), ClusterSample.pod(in: "", ""), ClusterSample.pod(in: "", "10.1.0.0/24"),
        ])
    func nodes(_ pod: Pod) {
        var sample = ClusterSample()
        let id = sample.add()
        var pod = pod
        pod.metadata.namespace = id.rawValue
        sample.apply(.pod(pod))
        #expect(sources(sample, id) == [])
    }

    @Test("All of a pod with several")
    func several() {
        var sample = ClusterSample()
        let id = sample.add()
        var pod = ClusterSample.pod(in: id.rawValue, "10.1.0.1")
        pod.status?.podIPs = [.init(ip: "10.1.0.1"), .init(ip: "fd00::1")]
        sample.apply(.pod(pod))
        #expect(sources(sample, id) == ["10.1.0.1", "fd00::1"])
    }

    @Test("One that pods of two namespaces are said to have is the newer pod's, or nobody's when that can't be told")
    func reused() {
        let (early, late) = (ClusterSample.start, ClusterSample.start.adding(60))
        let rows: [(Timestamp?, Timestamp?, Set<String>, Set<String>)] = [
            (early, late, [], ["10.1.0.1"]), (late, early, ["10.1.0.1"], []), (early, early, [], []),
            (nil, late, [], []), (nil, nil, [], []),
        ]
        for (first, second, ofOne, ofTwo) in rows {
            var sample = ClusterSample()
            let (one, two) = (sample.add("one"), sample.add("two", of: ClusterSample.bob, port: 20_001))
            sample.apply(.pod(ClusterSample.pod(in: one.rawValue, "10.1.0.1", created: first)))
            sample.apply(.pod(ClusterSample.pod(in: two.rawValue, "10.1.0.1", created: second)))
            #expect(sources(sample, one) == ofOne && sources(sample, two) == ofTwo)
            sample.apply(.gone(.pods, ObjectKey("agent-0", in: two.rawValue)))
            #expect(sources(sample, one) == ["10.1.0.1"])
        }
    }
}
