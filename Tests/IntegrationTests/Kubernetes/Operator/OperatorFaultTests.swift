import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    @Test("What is missing is named, and mends itself once it is there")
    func troubles() async throws {
        try await withOperatorWorld { world in
            let client = world.client
            let taken = AgentNames.agent(owner: OperatorWorld.owner, name: "taken").rawValue
            try await client.create(Namespace(metadata: ObjectMeta(name: taken, labels: ["theirs": "yes"])))
            try await world.operating { running in
                let foreign = try await world.agent("taken")
                let bare = try await world.agent("bare") { $0.image = nil }
                let late = try await world.agent("late") { $0.template = "later" }
                let full = try await world.agent("full")
                let well = try await world.agent("well")
                try await world.agent(foreign, .namespaceReady, .false, reason: "NameTaken")
                try await world.agent(bare, .workloadReady, .false, reason: "ImageMissing")
                try await world.agent(late, .workloadReady, .false, reason: "TemplateMissing")
                // Somebody else's quota leaves the agent no pod.
                try await world.agent(full, .workloadReady, .false, reason: "ClaimUnbound")
                try await client.create(
                    ResourceQuota(
                        metadata: ObjectMeta(name: "none", namespace: full.id.rawValue),
                        spec: .init(hard: ["pods": "0"])))
                try await until("the quota counts") {
                    try await client.get(ResourceQuota.self, "none", in: full.id.rawValue).status?.hard != nil
                }
                try await client.delete(Pod.self, "agent-0", in: full.id.rawValue, DeleteOptions(gracePeriodSeconds: 0))
                try await world.agent(full, .workloadReady, .false, reason: "QuotaExceeded")
                try await running.settle()
                // Nothing runs hot, and nobody else was touched.
                let before = running.client.requests
                try await Task.sleep(for: .seconds(3))
                #expect(running.client.requests.total - before.total <= 6)
                try await world.agent(well, .policyReady, .true)
                let untouched = try await client.get(Namespace.self, taken)
                #expect(untouched.metadata.labels?["palana.dev/agent"] == nil)
                #expect(try await client.list(NetworkPolicy.self, in: taken).items.isEmpty)
                try await until("Events say so") {
                    let reasons = try await client.list(Event.self, in: well.metadata.namespace).items
                        .filter { $0.type == "Warning" }.compactMap(\.reason)
                    return Set(reasons).isSuperset(of: [
                        "NameTaken", "ImageMissing", "TemplateMissing", "QuotaExceeded",
                    ])
                }
                // Mended.
                try await client.delete(Namespace.self, taken)
                try await client.create(
                    AgentTemplate(
                        metadata: ObjectMeta(name: "later"), spec: AgentTemplateSpec(command: ["sleep", "1"])))
                try await client.patch(Agent.self, "bare", in: bare.metadata.namespace, ["spec": ["image": "i:1"]])
                try await client.delete(ResourceQuota.self, "none", in: full.id.rawValue)
                try await world.agent(foreign, .policyReady, .true)
                try await world.agent(bare, .workloadReady, .false, reason: "ClaimUnbound")
                try await world.agent(late, .workloadReady, .false, reason: "ClaimUnbound")
                for agent in [foreign, bare, late, well] { try await world.delete(agent) }
            }
        }
    }

    @Test("When all ports are taken an agent waits for one, and says so")
    func ports() async throws {
        try await withOperatorWorld {
            $0.egressPorts = 20_000...20_001
            $0.portRest = .seconds(3)
        } _: { world in
            try await world.operating { _ in
                let first = try await world.agent(try await world.agent("a"), .policyReady, .true)
                let second = try await world.agent(try await world.agent("b"), .policyReady, .true)
                let third = try await world.agent("c")
                try await world.agent(third, .policyReady, .false, reason: "PortsExhausted")
                let taken = Set([first, second].compactMap { $0.status?.egressPort })
                #expect(taken == [20_000, 20_001])
                try await world.delete(first)
                let served = try await world.agent(third, .policyReady, .true)
                #expect(served.status?.egressPort == first.status?.egressPort)
            }
        }
    }

    @Test("Two operators at once, and an API server that goes away in between, give no port twice")
    func twoOperators() async throws {
        try await withOperatorWorld { world in
            try await world.operating { _ in
                try await world.operating { _ in
                    var agents: [Agent] = []
                    for index in 0..<8 {
                        agents.append(
                            try await world.agent("a\(index)") {
                                $0.secrets = [AgentSecret(name: "KEY", hosts: ["api.example.com"])]
                            })
                    }
                    try await world.plane.restartAPIServer()
                    for index in 8..<12 { agents.append(try await world.agent("a\(index)")) }
                    var ports: [Int] = []
                    for agent in agents {
                        let known = try await world.agent(agent, .policyReady, .true)
                        ports += [known.status?.egressPort].compactMap(\.self)
                        let home = agent.id.rawValue
                        let policy = try await world.client.get(NetworkPolicy.self, home, in: OperatorWorld.namespace)
                        #expect(
                            policy.spec?.ingress?.first?.ports?.first?.port == known.status?.egressPort.map { .int($0) }
                        )
                    }
                    #expect(Set(ports).count == agents.count)
                }
            }
        }
    }

    @Test("Who must reach whom does, and who must not doesn't")
    func network() async throws {
        try await withOperatorWorld {
            $0.ingressNamespace = "ingress"
        } _: { world in
            let (alice, bob) = (OperatorWorld.owner, "bob@example.com")
            try await world.tenant("bob", bob)
            try await world.client.create(
                Namespace(metadata: ObjectMeta(name: "ingress", labels: ["kubernetes.io/metadata.name": "ingress"])))
            try await world.operating { _ in
                let boss = try await world.agent("boss") {
                    $0.egress = Egress(peers: [
                        Peer(agent: "\(bob)/worker", port: 8_080), Peer(agent: "\(bob)/shy", port: 9),
                    ])
                    $0.ingress = Ingress(port: 7_000)
                }
                let worker = try await world.agent("worker", owner: bob) {
                    $0.ingress = Ingress(peers: [Peer(agent: "\(alice)/boss", port: 8_080)])
                }
                let shy = try await world.agent("shy", owner: bob)
                var ports: [Int] = []
                for (index, agent) in [boss, worker, shy].enumerated() {
                    let known = try await world.agent(agent, .workloadReady, .false, reason: "ClaimUnbound")
                    ports.append(try #require(known.status?.egressPort))
                    try await world.pod("agent-0", in: agent.id.rawValue, address: "10.2.0.\(index + 1)")
                }
                try await world.pod("proxy", in: "ingress", address: "10.3.0.1")
                let meeting = boss.id.rawValue
                try await until("the two meet") {
                    try await world.client.get(NetworkPolicy.self, "agent", in: meeting).spec?.egress?.count == 2
                }
                let evaluator = try await NetworkPolicyEvaluator(of: world.plane)
                let table = OperatorTests.table(
                    boss: boss.id.rawValue, worker: worker.id.rawValue, shy: shy.id.rawValue, ports: ports)
                #expect(try evaluator.violations(of: table) == [])
            }
        }
    }

    private static func table(
        boss: String, worker: String, shy: String, ports: [Int]
    ) -> [NetworkPolicyEvaluator.Expectation] {
        typealias End = NetworkPolicyEvaluator.End
        let gateway = End.pod("gateway-0", in: OperatorWorld.namespace)
        let agents = [boss, worker, shy].map { End.pod("agent-0", in: $0) }
        let proxy = End.pod("proxy", in: "ingress")
        var table: [NetworkPolicyEvaluator.Expectation] = []
        for (index, agent) in agents.enumerated() {
            for (other, port) in ports.enumerated() {
                let isOwn = other == index
                table.append(.init(agent, gateway, port: port, isAllowed: isOwn))
                table.append(.init(agent, gateway, port: port + 10_000, .udp, isAllowed: isOwn))
                table.append(.init(agent, gateway, port: port + 10_000, isAllowed: isOwn))
                table.append(.init(agent, gateway, port: port, .udp, isAllowed: false))
            }
            for address in ["10.96.0.1", "169.254.169.254", "203.0.113.7", "10.0.0.1", "127.0.0.1"] {
                for port in [80, 443, 6_443] {
                    table.append(.init(agent, .address(address), port: port, isAllowed: false))
                }
                table.append(.init(agent, .address(address), port: 53, .udp, isAllowed: false))
            }
            table.append(.init(agent, gateway, port: 8_081, isAllowed: false))
            table.append(.init(proxy, agent, port: 7_000, isAllowed: index == 0))
            table.append(.init(proxy, agent, port: 8_080, isAllowed: false))
            table.append(.init(gateway, agent, port: 8_080, isAllowed: false))
            table.append(.init(proxy, gateway, port: ports[index], isAllowed: false))
            table.append(.init(.address("203.0.113.7"), agent, port: 7_000, isAllowed: false))
        }
        let meetings: [(Int, Int, Int, Bool)] = [
            (0, 1, 8_080, true), (0, 1, 8_081, false), (1, 0, 8_080, false), (0, 2, 9, false), (2, 0, 9, false),
            (1, 2, 8_080, false), (2, 1, 8_080, false),
        ]
        for (from, to, port, isAllowed) in meetings {
            table.append(.init(agents[from], agents[to], port: port, isAllowed: isAllowed))
        }
        return table
    }
}
