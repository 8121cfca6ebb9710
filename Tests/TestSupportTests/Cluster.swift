import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Yams

/// Some namespaces and pods, and the policies that a test writes down as YAML.
///
/// `web` (app=web; named ports http = TCP 8080 and dns = UDP 5353) and `db` (app=db, tier=back) in `shop` (team=shop);
/// `web` (app=web) in `other` (team=other); `host` on its node's network in `shop`; `ended` in `shop`.
enum Cluster {
    static let web = NetworkPolicyEvaluator.End.pod("web", in: "shop")
    static let db = NetworkPolicyEvaluator.End.pod("db", in: "shop")
    static let stranger = NetworkPolicyEvaluator.End.pod("web", in: "other")
    static let host = NetworkPolicyEvaluator.End.pod("host", in: "shop")
    static let ended = NetworkPolicyEvaluator.End.pod("ended", in: "shop")
    static let outside = NetworkPolicyEvaluator.End.address("203.0.113.7")

    static func evaluator(_ policies: [String], blocksMatchPods: Bool = true) throws -> NetworkPolicyEvaluator {
        NetworkPolicyEvaluator(
            namespaces: try objects(namespaces), pods: try objects(pods),
            policies: try policies.enumerated().map { index, text in
                var policy = NetworkPolicy(metadata: .init(name: "p\(index)", namespace: "shop"))
                policy.spec = try YAMLDecoder().decode(NetworkPolicy.Spec.self, from: text)
                return policy
            }, blocksMatchPods: blocksMatchPods)
    }

    private static func objects<Object: Decodable>(_ text: String) throws -> [Object] {
        try YAMLDecoder().decode([Object].self, from: text)
    }

    private static let namespaces = """
        - metadata: {name: shop, labels: {team: shop}}
        - metadata: {name: other, labels: {team: other}}
        """

    private static let pods = """
        - metadata: {name: web, namespace: shop, labels: {app: web}}
          spec:
            containers:
            - name: c
              ports:
              - {name: http, containerPort: 8080}
              - {name: dns, containerPort: 5353, protocol: UDP}
          status: {phase: Running, podIP: 10.1.0.1, podIPs: [{ip: 10.1.0.1}, {ip: "fd00::1"}]}
        - metadata: {name: db, namespace: shop, labels: {app: db, tier: back}}
          spec: {containers: [{name: c}]}
          status: {phase: Running, podIP: 10.1.0.2}
        - metadata: {name: web, namespace: other, labels: {app: web}}
          spec: {containers: [{name: c}]}
          status: {phase: Pending, podIP: 10.1.1.1}
        - metadata: {name: host, namespace: shop, labels: {app: web}}
          spec: {hostNetwork: true, containers: [{name: c}]}
          status: {phase: Running, podIP: 192.0.2.1}
        - metadata: {name: ended, namespace: shop, labels: {app: web}}
          spec: {containers: [{name: c}]}
          status: {phase: Succeeded, podIP: 10.1.0.9}
        """
}
