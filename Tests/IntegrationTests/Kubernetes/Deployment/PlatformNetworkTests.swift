import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    @Test("The platform's own pods reach what they must, and are reached by those who must")
    func platformNetwork() async throws {
        try await withOperatorWorld { world in
            try await world.plane.kubectl().apply(try DeployedManifests.network)
            let system = OperatorWorld.namespace
            for (index, part) in ["operator", "gateway", "stray", "api"].enumerated() {
                let labels = ["app.kubernetes.io/name": "palana", "app.kubernetes.io/component": part]
                try await world.pod(part, in: system, labels: labels, address: "10.1.0.\(index + 10)")
            }
            try await world.pod("stranger", in: "default", address: "10.4.0.1")
            let evaluator = try await NetworkPolicyEvaluator(of: world.plane)
            #expect(try evaluator.violations(of: Self.inward + Self.outward) == [])
        }
    }

    private typealias End = NetworkPolicyEvaluator.End
    private typealias Row = NetworkPolicyEvaluator.Expectation

    private static let controller = End.pod("operator", in: OperatorWorld.namespace)
    private static let gateway = End.pod("gateway", in: OperatorWorld.namespace)
    private static let api = End.pod("api", in: OperatorWorld.namespace)
    private static let stray = End.pod("stray", in: OperatorWorld.namespace)
    private static let stranger = End.pod("stranger", in: "default")
    private static let node = End.address("192.168.7.1")
    private static let upstream = End.address("203.0.113.7")

    private static let inward: [Row] = [
        // The API server stands on a node.
        Row(node, controller, port: 9_443, isAllowed: true),
        Row(node, controller, port: 8_081, isAllowed: false),
        Row(stranger, controller, port: 8_081, isAllowed: false),
        Row(stranger, gateway, port: 8_081, isAllowed: false),
        // Agents' ports are opened by the operator, one by one.
        Row(stranger, gateway, port: 20_000, isAllowed: false),
        Row(stranger, gateway, port: 30_000, .udp, isAllowed: false),
        Row(upstream, gateway, port: 20_000, isAllowed: false),
        Row(stray, gateway, port: 20_000, isAllowed: false),
        Row(stranger, stray, port: 80, isAllowed: false),
        // People come from anywhere.
        Row(upstream, api, port: 8_443, isAllowed: true),
        Row(stranger, api, port: 8_443, isAllowed: true),
        Row(stranger, api, port: 8_081, isAllowed: false),
    ]

    private static let outward: [Row] =
        [
            Row(gateway, upstream, port: 443, isAllowed: true),
            Row(gateway, upstream, port: 22, isAllowed: true),
            Row(gateway, upstream, port: 443, .udp, isAllowed: false),
            Row(gateway, .address("10.96.0.10"), port: 53, .udp, isAllowed: true),
            Row(gateway, .address("10.5.0.1"), port: 8_200, isAllowed: true),
            Row(gateway, .address("10.5.0.1"), port: 5_432, isAllowed: false),
            Row(gateway, stranger, port: 80, isAllowed: false),
            Row(controller, node, port: 6_443, isAllowed: true),
            Row(controller, .address("10.5.0.1"), port: 8_200, isAllowed: true),
            Row(controller, upstream, port: 80, isAllowed: false),
            Row(controller, gateway, port: 20_000, isAllowed: false),
            Row(api, node, port: 6_443, isAllowed: true),
            Row(api, .address("10.5.0.1"), port: 8_200, isAllowed: true),
            Row(api, upstream, port: 80, isAllowed: false),
            Row(api, gateway, port: 20_000, isAllowed: false),
            Row(stray, upstream, port: 443, isAllowed: false),
            Row(stray, node, port: 6_443, isAllowed: false),
        ]
        + ["169.254.169.254", "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "0.0.0.0"].map {
            Row(gateway, .address($0), port: 80, isAllowed: false)
        }
}
