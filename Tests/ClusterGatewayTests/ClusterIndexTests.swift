import ClusterGateway
import KubernetesClient
import PalanaCore
import Testing

@Suite("What the gateway knows of a cluster")
struct ClusterIndexTests {
    @Test("Nothing is served before every kind of object has been seen once", arguments: ClusterInput.allCases)
    func synced(_ last: ClusterInput) {
        var sample = ClusterSample(synced: false)
        let id = sample.add()
        sample.sync(but: last)
        #expect(sample.index.missing == [last])
        #expect(sample.index.agent(id) == nil && sample.index.agentIDs.isEmpty)
        #expect(sample.index.egressPort(of: id) == nil && sample.index.zone(of: id) == nil)
        #expect(sample.index.sources(of: id) == .none)
        #expect(sample.apply(.synced(last)) == [id])
        #expect(sample.index.agent(id)?.standing == .active && sample.index.egressPort(of: id) == 20_000)
        #expect(sample.index.zone(of: id)?.port == 30_000)
    }

    @Test("An agent's snapshot has its template's rules and the placeholders of its status; it goes with the object")
    func snapshot() throws {
        var sample = ClusterSample()
        let id = sample.add { agent in
            agent.spec.template = "base"
            agent.spec.secrets = [AgentSecret(name: "TOKEN", hosts: ["api.example.com"])]
            agent.status?.placeholders = [.init(secret: "TOKEN", value: "palana-TOKEN-1")]
        }
        #expect(sample.index.agent(id)?.allow == [])
        let rule = EgressRule(host: "api.example.com")
        let template = AgentTemplate(
            metadata: ObjectMeta(name: "base"), spec: AgentTemplateSpec(egress: Egress(allow: [rule])))
        #expect(sample.apply(.template(template)).contains(id))
        let snapshot = try #require(sample.index.agent(id))
        #expect(snapshot.allow.map(\.host) == ["api.example.com"])
        #expect(snapshot.secrets.map(\.placeholder) == ["palana-TOKEN-1"])
        #expect(sample.index.holder(ofPlaceholder: "palana-TOKEN-1")?.agent == id)
        sample.apply(.gone(.templates, ObjectKey("base")))
        #expect(sample.index.agent(id)?.allow == [])
        sample.apply(.gone(.agents, ClusterSample.agent().key))
        #expect(sample.index.agent(id) == nil && sample.index.egressPort(of: id) == nil)
        #expect(sample.index.holder(ofPlaceholder: "palana-TOKEN-1") == nil && sample.index.sources(of: id) == .none)
    }

    @Test("An Agent outside of its owner's namespace, without an owner, or on its way out is nobody")
    func invalid() {
        let bobs = AgentNames.tenantNamespace(owner: ClusterSample.bob)
        let rows: [(String, (inout Agent) -> Void, Bool)] = [
            ("another tenant's namespace", { $0.metadata.namespace = bobs }, true),
            ("the platform's namespace", { $0.metadata.namespace = ClusterSample.platform }, true),
            ("no namespace", { $0.metadata.namespace = nil }, true),
            ("no owner", { $0.spec.owner = nil }, true), ("an empty owner", { $0.spec.owner = "" }, true),
            ("deleted", { $0.metadata.deletionTimestamp = ClusterSample.start }, false),
        ]
        for (name, change, isProblem) in rows {
            var sample = ClusterSample()
            let id = sample.add()
            let agent = ClusterSample.agent("demo", change)
            if agent.key == ClusterSample.agent().key {
                sample.apply(.agent(agent))
                #expect(sample.index.agentIDs.isEmpty, "\(name)")
            } else {
                // It can't take the place of the real one either.
                sample.apply(.agent(agent))
                sample.apply(.gone(.agents, agent.key))
                #expect(sample.index.agentIDs == [id], "\(name)")
                sample.apply(.agent(agent))
                sample.apply(.gone(.agents, ClusterSample.agent().key))
                #expect(sample.index.agentIDs.isEmpty, "\(name)")
            }
            #expect(sample.index.problems.isEmpty != isProblem, "\(name): \(sample.index.problems)")
        }
    }

    @Test("An Agent that can't be read is nobody; a policy that can't be read holds back all policies")
    func unreadable() {
        var sample = ClusterSample()
        let id = sample.add()
        sample.apply(.unreadable(.agents, ClusterSample.agent().key, problem: "spec: odd"))
        #expect(sample.index.agent(id) == nil && sample.index.egressPort(of: id) == nil)
        #expect(sample.index.problems.count == 1)
        sample.add()
        #expect(sample.index.agent(id) != nil && sample.index.problems.isEmpty)
        sample.apply(.policy(EgressPolicy(metadata: ObjectMeta(name: "a"))))
        sample.apply(.unreadable(.policies, ObjectKey("b"), problem: "spec: odd"))
        #expect(sample.index.policies == nil && sample.index.problems.count == 1)
        sample.apply(.gone(.policies, ObjectKey("b")))
        #expect(sample.index.policies?.count == 1 && sample.index.problems.isEmpty)
    }

    @Test("A port that two agents are said to have is neither's; one outside of the range is nobody's")
    func ports() {
        var sample = ClusterSample()
        let first = sample.add("one", port: 20_007)
        #expect(sample.index.egressPort(of: first) == 20_007)
        let second = AgentNames.agent(owner: ClusterSample.bob, name: "two")
        let touched = sample.apply(.agent(ClusterSample.agent("two", of: ClusterSample.bob, port: 20_007)))
        #expect(touched == [first, second])
        #expect(sample.index.egressPort(of: first) == nil && sample.index.egressPort(of: second) == nil)
        #expect(sample.index.zone(of: first) == nil && sample.index.problems.count == 1)
        #expect(sample.apply(.agent(ClusterSample.agent("two", of: ClusterSample.bob, port: 20_008))) == touched)
        #expect(sample.index.egressPort(of: first) == 20_007 && sample.index.egressPort(of: second) == 20_008)
        #expect(sample.index.problems.isEmpty)
        for port in [nil, 0, 80, 19_999, 30_000, 65_535, 65_536 + 20_000, -1] {
            sample.apply(.agent(ClusterSample.agent("two", of: ClusterSample.bob, port: port)))
            #expect(sample.index.egressPort(of: second) == nil, "\(String(describing: port))")
            #expect(sample.index.agent(second)?.standing == .active)
        }
    }

    @Test("The Service's address is what external names have; without a plain IPv4 one there is no DNS")
    func service() {
        var sample = ClusterSample()
        let id = sample.add()
        #expect(sample.index.zone(of: id)?.gateway == IPAddress("10.96.0.1"))
        sample.apply(.service(ClusterSample.service(in: id, address: "10.9.9.9", name: "other")))
        #expect(sample.index.zone(of: id)?.gateway == IPAddress("10.96.0.1"))
        for address in [nil, "", "None", "fd00::1", "10.96.0.0/16"] {
            #expect(sample.apply(.service(ClusterSample.service(in: id, address: address))) == [id])
            #expect(sample.index.zone(of: id) == nil, "\(address ?? "none")")
        }
        sample.apply(.service(ClusterSample.service(in: id, address: "10.96.0.2")))
        #expect(sample.index.zone(of: id)?.gateway == IPAddress("10.96.0.2"))
        sample.apply(.gone(.services, ObjectKey("egress", in: id.rawValue)))
        #expect(sample.index.zone(of: id) == nil && sample.index.egressPort(of: id) == 20_000)
    }
}
