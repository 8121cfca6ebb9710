import KubernetesClient
import PalanaCore

/// The one way out: a Service with an address of its own, and behind it the gateway's pods on the agent's own ports.
extension AgentPlan {
    /// What the agent's programs dial, by name of the port, and whether it is the agent's DNS.
    private static let ports: [(name: String, transport: String, port: Int, isDNS: Bool)] = [
        ("proxy", "TCP", 3_128, false), ("https", "TCP", 443, false), ("http", "TCP", 80, false),
        ("dns", "UDP", 53, true), ("dns-tcp", "TCP", 53, true),
    ]

    /// Slices are written by us, by the names that the API gives these labels.
    private static let sliceLabels = [
        "kubernetes.io/service-name": AgentObjectNames.egressService,
        "endpointslice.kubernetes.io/managed-by": "palana.dev",
    ]
    /// How many endpoints a slice may have at most, with the API server's own bound far above.
    private static let sliceLimit = 100

    private func target(_ port: Int, isDNS: Bool) -> Int { isDNS ? port + configuration.dnsOffset : port }

    /// Without a selector: the gateway's pods are in another namespace.
    func egress(port: Int) -> KubernetesService {
        KubernetesService(
            metadata: metadata(AgentObjectNames.egressService),
            spec: .init(
                type: "ClusterIP",
                ports: Self.ports.map {
                    .init(
                        name: $0.name, protocol: $0.transport, port: $0.port,
                        targetPort: .int(target(port, isDNS: $0.isDNS)))
                }))
    }

    /// - Parameter gateways: those that are ready, in order.
    func slice(port: Int, _ gateways: [ObservedPod]) -> EndpointSlice {
        var metadata = metadata("\(AgentObjectNames.egressService)-ipv4")
        metadata.labels?.merge(Self.sliceLabels) { $1 }
        return EndpointSlice(
            metadata: metadata, addressType: "IPv4",
            endpoints: gateways.compactMap(Self.endpoint).prefix(Self.sliceLimit).map { $0 },
            ports: Self.ports.map {
                .init(name: $0.name, protocol: $0.transport, port: target(port, isDNS: $0.isDNS))
            })
    }

    private static func endpoint(_ pod: ObservedPod) -> EndpointSlice.Endpoint? {
        let addresses = [pod.status?.podIP].compactMap(\.self) + (pod.status?.podIPs ?? []).compactMap(\.ip)
        guard let address = addresses.first(where: { IPAddress($0)?.isIPv4 ?? false }) else { return nil }
        return EndpointSlice.Endpoint(
            addresses: [address], conditions: .init(ready: true),
            targetRef: ObjectReference(
                kind: "Pod", namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid))
    }
}
