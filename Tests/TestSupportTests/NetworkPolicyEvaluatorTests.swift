import TestSupport
import Testing

@Suite("What network policies mean")
struct NetworkPolicyEvaluatorTests {
    /// Policies of the namespace `shop`, and what follows.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policies: [String]
        var table: [NetworkPolicyEvaluator.Expectation]

        init(_ name: String, _ policies: [String], _ table: [NetworkPolicyEvaluator.Expectation]) {
            testDescription = name
            self.policies = policies
            self.table = table
        }
    }

    private typealias Row = NetworkPolicyEvaluator.Expectation
    private typealias C = Cluster

    private static func yes(
        _ source: NetworkPolicyEvaluator.End, _ destination: NetworkPolicyEvaluator.End, _ port: Int = 80,
        _ transport: NetworkPolicyEvaluator.Transport = .tcp
    ) -> NetworkPolicyEvaluator.Expectation {
        Row(source, destination, port: port, transport, isAllowed: true)
    }

    private static func no(
        _ source: NetworkPolicyEvaluator.End, _ destination: NetworkPolicyEvaluator.End, _ port: Int = 80,
        _ transport: NetworkPolicyEvaluator.Transport = .tcp
    ) -> NetworkPolicyEvaluator.Expectation {
        Row(source, destination, port: port, transport, isAllowed: false)
    }

    static let sidesCases: [Case] = [
        Case(
            "without a policy everything passes", [],
            [yes(C.web, C.db), yes(C.stranger, C.web, 53, .udp), yes(C.web, C.outside), yes(C.outside, C.web)]),
        Case(
            "the empty selector with no rules closes the namespace to what comes in",
            ["{podSelector: {}, policyTypes: [Ingress]}"],
            [
                no(C.web, C.db), no(C.outside, C.web), no(C.stranger, C.web), yes(C.web, C.outside),
                yes(C.web, C.stranger), yes(C.web, C.web),
            ]),
        Case(
            "both types without rules close both ways, and nobody else's namespace",
            ["{podSelector: {}, policyTypes: [Ingress, Egress]}"],
            [no(C.web, C.outside), no(C.web, C.stranger), no(C.stranger, C.web), yes(C.stranger, C.outside)]),
        Case(
            "a policy is about the pods it selects",
            ["{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]}"],
            [no(C.web, C.db), yes(C.db, C.web)]),
        Case(
            "an empty rule lets everyone in", ["{podSelector: {}, ingress: [{}]}"],
            [yes(C.stranger, C.web, 1), yes(C.outside, C.db, 65_535, .sctp)]),
        Case(
            "without types a policy is about ingress", ["{podSelector: {}}"], [no(C.db, C.web), yes(C.web, C.outside)]),
        Case(
            "and about egress too when it has rules for it", ["{podSelector: {}, egress: [{ports: [{port: 53}]}]}"],
            [no(C.outside, C.web), no(C.web, C.outside), yes(C.web, C.outside, 53), no(C.stranger, C.web, 53)]),
        Case(
            "egress alone leaves what comes in alone",
            ["{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53}]}]}"],
            [yes(C.stranger, C.web), no(C.web, C.outside)]),
        Case(
            "policies add up",
            [
                "{podSelector: {}, policyTypes: [Ingress]}",
                "{podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]}",
                "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}",
            ], [yes(C.web, C.db), yes(C.stranger, C.db, 5432), no(C.stranger, C.db, 80), no(C.db, C.web)]),
        Case(
            "both ends must admit a connection",
            [
                "{podSelector: {matchLabels: {app: web}}, egress: [{to: [{podSelector: {}}]}], policyTypes: [Egress]}",
                "{podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 5432}]}]}",
            ], [yes(C.web, C.db, 5432), no(C.web, C.db, 80), no(C.web, C.stranger, 5432)]),
        Case(
            "pods on the node's network are no subjects and no peers",
            ["{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [{podSelector: {}}]}]}"],
            [yes(C.outside, C.host), yes(C.host, C.outside), no(C.host, C.web), no(C.web, C.host)]),
    ]

    @Test("A direction is open until a policy selects the pod; then its policies' rules add up", arguments: sidesCases)
    func sides(_ example: Case) throws {
        #expect(try C.evaluator(example.policies).violations(of: example.table) == [])
    }

    private static func from(_ peers: String) -> [String] { ["{podSelector: {}, ingress: [{from: [\(peers)]}]}"] }

    static let peersCases: [Case] = [
        Case(
            "a pod selector alone means pods of the policy's namespace",
            from("{podSelector: {matchLabels: {app: web}}}"),
            [yes(C.web, C.db), no(C.stranger, C.db), no(C.db, C.web), no(C.outside, C.db)]),
        Case(
            "a namespace selector alone means all pods there",
            from("{namespaceSelector: {matchLabels: {team: other}}}"), [yes(C.stranger, C.db), no(C.web, C.db)]),
        Case(
            "the empty namespace selector means all pods of all namespaces, and no addresses",
            from("{namespaceSelector: {}}"), [yes(C.stranger, C.db), yes(C.web, C.db), no(C.outside, C.db)]),
        Case(
            "both in one peer must hold",
            from("{namespaceSelector: {matchLabels: {team: shop}}, podSelector: {matchLabels: {app: web}}}"),
            [yes(C.web, C.db), no(C.stranger, C.db), no(C.db, C.web)]),
        Case(
            "in two peers one is enough",
            from("{namespaceSelector: {matchLabels: {team: other}}}, {podSelector: {matchLabels: {app: db}}}"),
            [yes(C.stranger, C.web), yes(C.db, C.web), no(C.web, C.db)]),
        Case("an empty list of peers means everyone", from(""), [yes(C.outside, C.db), yes(C.stranger, C.db)]),
        Case(
            "a block is its addresses without the exceptions",
            from("{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}"),
            [
                yes(C.outside, C.db), no(.address("203.0.113.200"), C.db), no(.address("203.0.114.7"), C.db),
                no(C.stranger, C.db), no(.address("fd00::9"), C.db),
            ]),
        Case(
            "a block of the other family matches only that", from("{ipBlock: {cidr: 'fd00::/8'}}"),
            [yes(.address("fd00::9"), C.db), yes(C.web, C.db), no(C.stranger, C.db), no(C.outside, C.db)]),
        Case(
            "expressions are read as selectors are",
            from(
                "{podSelector: {matchExpressions: [{key: tier, operator: Exists}, {key: app, operator: In, values: [db]}]}}"
            ),
            [yes(C.db, C.web), no(C.web, C.db)]),
        Case(
            "NotIn also means without the label",
            from("{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}}"),
            [yes(C.db, C.web), yes(C.web, C.db)]),
        Case(
            "DoesNotExist",
            from("{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}"), [no(C.web, C.db)]),
        Case("a peer with nothing in it is nobody", from("{}"), [no(C.web, C.db), no(C.outside, C.db)]),
    ]

    @Test("A peer is pods by their labels and namespaces, or addresses", arguments: peersCases)
    func peers(_ example: Case) throws {
        #expect(try C.evaluator(example.policies).violations(of: example.table) == [])
    }

    private static func ports(_ ports: String) -> [String] { ["{podSelector: {}, ingress: [{ports: [\(ports)]}]}"] }

    static let portsCases: [Case] = [
        Case(
            "TCP is meant", ports("{port: 53}"), [yes(C.db, C.web, 53), no(C.db, C.web, 53, .udp), no(C.db, C.web, 54)]),
        Case(
            "a protocol without a port means all of its ports", ports("{protocol: UDP}"),
            [yes(C.db, C.web, 1, .udp), no(C.db, C.web, 1)]),
        Case(
            "a range holds both of its ends", ports("{port: 8000, endPort: 8002}"),
            [no(C.db, C.web, 7999), yes(C.db, C.web, 8000), yes(C.db, C.web, 8002), no(C.db, C.web, 8003)]),
        Case(
            "a name is the destination's port of that name", ports("{port: http}"),
            [yes(C.db, C.web, 8080), no(C.db, C.web, 80), no(C.web, C.db, 8080)]),
        Case(
            "a name has a protocol", ports("{port: dns, protocol: UDP}, {port: dns}"),
            [yes(C.db, C.web, 5353, .udp), no(C.db, C.web, 5353)]),
        Case(
            "a name on the way out is the destination's too, and nothing at an address",
            ["{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: http}]}]}"],
            [yes(C.db, C.web, 8080), no(C.db, C.outside, 8080), no(C.db, C.stranger, 8080)]),
        Case("an empty list of ports means any", ports(""), [yes(C.db, C.web, 9), yes(C.db, C.web, 9, .sctp)]),
        Case(
            "peers and ports of one rule must both hold, those of another rule don't mix",
            [
                """
                {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 1}]},
                {from: [{namespaceSelector: {matchLabels: {team: other}}}], ports: [{port: 2}]}]}
                """
            ], [yes(C.db, C.web, 1), no(C.db, C.web, 2), yes(C.stranger, C.web, 2), no(C.stranger, C.web, 1)]),
    ]

    @Test("A port is a number, a range or a name, of one protocol", arguments: portsCases)
    func ports(_ example: Case) throws {
        #expect(try C.evaluator(example.policies).violations(of: example.table) == [])
    }

    @Test("Whether blocks match pods can be told, for plug-ins that differ")
    func blocksAndPods() throws {
        let policies = Self.from("{ipBlock: {cidr: 10.0.0.0/8}}")
        let row = [Self.yes(C.stranger, C.web), Self.yes(.address("10.9.9.9"), C.web)]
        #expect(try C.evaluator(policies).violations(of: row) == [])
        #expect(try C.evaluator(policies, blocksMatchPods: false).violations(of: row).count == 1)
    }

    @Test("A verdict names the policies that it rests on")
    func reasons() throws {
        let evaluator = try C.evaluator(["{podSelector: {}, ingress: [{ports: [{port: 80}]}]}"])
        #expect(
            "\(try evaluator.verdict(from: C.stranger, to: C.web, port: 81))"
                == "denied: ingress of shop/web by no rule of shop/p0")
        #expect(
            "\(try evaluator.verdict(from: C.stranger, to: C.web, port: 80))"
                == "allowed: no egress policy selects other/web; ingress of shop/web by policy shop/p0")
    }

    @Test("A pod that has ended, one that never was and a text that is no address are errors, never a verdict")
    func unknownEnds() throws {
        let evaluator = try C.evaluator([])
        for end in [C.ended, .pod("web", in: "elsewhere"), .address("example.com")] {
            #expect(throws: ControlPlaneFailure.self) { try evaluator.verdict(from: end, to: C.web, port: 80) }
            #expect(throws: ControlPlaneFailure.self) { try evaluator.verdict(from: C.web, to: end, port: 80) }
        }
    }
}
