import Foundation
import KubernetesClient
import PalanaCore

@testable import Operator

/// Alice's agent `demo` and what it is made of.
enum OperatorSamples {
    static let owner = "alice@example.com"
    static let configuration = OperatorConfiguration(ingressNamespace: "ingress")
    static let now = Timestamp(Date(timeIntervalSince1970: 1_800_000_000))

    static func agent(
        _ name: String = "demo", owner: String = owner, _ change: (inout Agent) -> Void = { _ in }
    ) -> Agent {
        var agent = Agent(
            metadata: ObjectMeta(name: name, namespace: AgentNames.tenantNamespace(owner: owner), uid: "u-\(name)"),
            spec: AgentSpec(owner: owner, image: "ghcr.io/example/agent:1"))
        change(&agent)
        return agent
    }

    static func plan(_ agent: Agent = agent(), template: AgentTemplate? = nil) -> AgentPlan {
        AgentPlan(agent: agent.effective(with: template), ownerKind: .user, configuration: configuration)
    }

    static func gateway(_ name: String, _ address: String, isReady: Bool = true) -> ObservedPod {
        ObservedPod(
            metadata: ObjectMeta(name: name, namespace: "palana-system", uid: "u-\(name)"),
            status: Pod.Status(
                phase: "Running", conditions: [.init(type: "Ready", status: isReady ? "True" : "False")],
                podIP: address))
    }
}
