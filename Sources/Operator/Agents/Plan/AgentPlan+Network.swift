import KubernetesClient
import PalanaCore

/// Who may reach whom. What no rule names is closed.
extension AgentPlan {
    static let closedPolicy = "default-deny"
    static let openings = "agent"

    private static let everyPod = LabelSelector()

    /// Both ways, for every pod of the namespace.
    var closed: NetworkPolicy {
        NetworkPolicy(
            metadata: metadata(Self.closedPolicy),
            spec: .init(podSelector: Self.everyPod, policyTypes: ["Ingress", "Egress"]))
    }

    /// What is open all the same: the gateway's pods on the agent's own ports; those whom both sides name; the proxy of the
    /// agent's own pages.
    func openings(port: Int, _ meetings: PeerMeetings) -> NetworkPolicy {
        let gateway = NetworkPolicy.EgressRule(
            to: [
                NetworkPolicy.Peer(
                    podSelector: LabelSelector(matchLabels: configuration.gatewayLabels),
                    namespaceSelector: Self.named(configuration.namespace))
            ], ports: gatewayPorts(port))
        let calls = meetings.calls.map { meeting in
            NetworkPolicy.EgressRule(to: [Self.agent(meeting.other)], ports: [Self.tcp(meeting.port)])
        }
        let visits = meetings.visits.map { meeting in
            NetworkPolicy.IngressRule(from: [Self.agent(meeting.other)], ports: [Self.tcp(meeting.port)])
        }
        return NetworkPolicy(
            metadata: metadata(Self.openings),
            spec: .init(
                podSelector: Self.everyPod, policyTypes: ["Ingress", "Egress"], ingress: pages + visits,
                egress: [gateway] + calls))
    }

    /// In the gateway's namespace: this agent's namespace, and no other, comes in on this agent's ports.
    func admission(port: Int) -> NetworkPolicy {
        NetworkPolicy(
            metadata: ObjectMeta(name: home, namespace: configuration.namespace, labels: labels),
            spec: .init(
                podSelector: LabelSelector(matchLabels: configuration.gatewayLabels), policyTypes: ["Ingress"],
                ingress: [.init(from: [Self.agent(home)], ports: gatewayPorts(port))]))
    }

    private var pages: [NetworkPolicy.IngressRule] {
        guard let port = agent.spec.ingress?.port, let proxy = configuration.ingressNamespace else { return [] }
        return [.init(from: [.init(namespaceSelector: Self.named(proxy))], ports: [Self.tcp(port)])]
    }

    private func gatewayPorts(_ port: Int) -> [NetworkPolicy.Port] {
        let dns = port + configuration.dnsOffset
        return [Self.tcp(port), Self.tcp(dns), NetworkPolicy.Port(protocol: "UDP", port: .int(dns))]
    }

    private static func tcp(_ port: Int) -> NetworkPolicy.Port { .init(protocol: "TCP", port: .int(port)) }

    /// A namespace by its name, which nobody can claim for another one.
    private static func named(_ namespace: String) -> LabelSelector {
        LabelSelector(matchLabels: [OwnerMark.namespaceNameLabel: namespace])
    }

    private static func agent(_ namespace: String) -> NetworkPolicy.Peer {
        .init(namespaceSelector: named(namespace))
    }
}
