public import KubernetesClient
import PalanaCore

/// Computes from real objects which pod may reach which, as a network plug-in that follows networking.k8s.io/v1 to the letter
/// would enforce it (https://kubernetes.io/docs/concepts/services-networking/network-policies/). Nothing is sent.
///
/// - A pod that no policy of a direction selects is open in that direction; otherwise only what one of its policies' rules
///   admits passes. A connection needs the egress side of its source and the ingress side of its destination.
/// - Answers to an admitted connection pass. A pod always reaches itself.
/// - Pods on the node's network are neither subjects nor peers of selectors; they count as addresses.
public struct NetworkPolicyEvaluator: Sendable {
    public enum Transport: String, Sendable {
        case tcp = "TCP"
        case udp = "UDP"
        case sctp = "SCTP"
    }

    /// One end of a connection.
    public enum End: Sendable, Hashable, CustomStringConvertible {
        case pod(ObjectKey)
        /// Outside of the cluster, a node, or the cloud's metadata service.
        case address(String)

        public static func pod(_ name: String, in namespace: String) -> End { .pod(ObjectKey(name, in: namespace)) }

        public var description: String {
            switch self {
            case .pod(let key): "\(key)"
            case .address(let text): text
            }
        }
    }

    /// Whether a connection passes, and by what.
    public struct Verdict: Sendable, Hashable, CustomStringConvertible {
        public var isAllowed: Bool
        /// One sentence for each end.
        public var reason: String

        public var description: String { "\(isAllowed ? "allowed" : "denied"): \(reason)" }
    }

    /// Whether `ipBlock` matches pods by their addresses: plug-ins differ. True shows what might be reached, false what
    /// surely may.
    public var blocksMatchPods: Bool
    private let namespaces: [String: Namespace]
    private let pods: [ObjectKey: Pod]
    private let policies: [NetworkPolicy]

    /// - Parameters: what the API server lists. Pods that have ended are left out.
    public init(
        namespaces: [Namespace], pods: [Pod], policies: [NetworkPolicy], blocksMatchPods: Bool = true
    ) {
        self.blocksMatchPods = blocksMatchPods
        self.namespaces = Dictionary(namespaces.map { ($0.metadata.name, $0) }) { $1 }
        let alive = pods.filter { !["Succeeded", "Failed"].contains($0.status?.phase) }
        self.pods = Dictionary(alive.map { ($0.key, $0) }) { $1 }
        self.policies = policies
    }

    /// Whether a connection from `source` to a port of `destination` passes.
    /// - Throws: ``ControlPlaneFailure`` for a pod that isn't there and for what is no address.
    public func verdict(
        from source: End, to destination: End, port: Int, _ transport: Transport = .tcp
    ) throws -> Verdict {
        let (from, to) = (try party(source), try party(destination))
        if let pod = from.pod, pod.key == to.pod?.key {
            return Verdict(isAllowed: true, reason: "\(source) is the same pod")
        }
        let target = Target(party: to, port: port, transport: transport)
        let sides = [side(.egress, of: from, peer: to, target), side(.ingress, of: to, peer: from, target)]
        let refusals = sides.filter { !$0.isAllowed }
        return Verdict(
            isAllowed: refusals.isEmpty,
            reason: (refusals.isEmpty ? sides : refusals).map(\.reason).joined(separator: "; "))
    }

    // MARK: One side

    private enum Direction: String {
        case ingress
        case egress
    }

    /// One end, as far as policies see it.
    private struct Party {
        /// Nil for addresses and for pods on the node's network.
        var pod: Pod?
        var addresses: [AddressRange]
        var name: String
    }

    private struct Target {
        var party: Party
        var port: Int
        var transport: Transport
    }

    private func side(_ direction: Direction, of party: Party, peer: Party, _ target: Target) -> Verdict {
        guard let pod = party.pod else {
            return Verdict(isAllowed: true, reason: "\(party.name) is no pod with policies")
        }
        let selecting = policies.filter { policy in
            policy.metadata.namespace == pod.metadata.namespace && Self.directions(of: policy).contains(direction)
                && (policy.spec?.podSelector ?? LabelSelector()).matches(pod.metadata.labels)
        }
        guard !selecting.isEmpty else {
            return Verdict(isAllowed: true, reason: "no \(direction) policy selects \(party.name)")
        }
        let admitting = selecting.first { policy in
            rules(direction, of: policy).contains { rule in
                admits(rule.peers, peer, policy.metadata.namespace) && Self.admits(rule.ports, target)
            }
        }
        if let admitting {
            return Verdict(isAllowed: true, reason: "\(direction) of \(party.name) by policy \(admitting.key)")
        }
        let names = selecting.map { "\($0.key)" }.sorted().joined(separator: ", ")
        return Verdict(isAllowed: false, reason: "\(direction) of \(party.name) by no rule of \(names)")
    }

    /// Left out, a policy is about ingress, and about egress when it has rules for it.
    private static func directions(of policy: NetworkPolicy) -> [Direction] {
        guard let types = policy.spec?.policyTypes, !types.isEmpty else {
            return policy.spec?.egress?.isEmpty ?? true ? [.ingress] : [.ingress, .egress]
        }
        return types.compactMap { Direction(rawValue: $0.lowercased()) }
    }

    private func rules(
        _ direction: Direction, of policy: NetworkPolicy
    ) -> [(peers: [NetworkPolicy.Peer]?, ports: [NetworkPolicy.Port]?)] {
        switch direction {
        case .ingress: (policy.spec?.ingress ?? []).map { ($0.from, $0.ports) }
        case .egress: (policy.spec?.egress ?? []).map { ($0.to, $0.ports) }
        }
    }

    // MARK: Peers

    /// No peers at all mean everyone.
    private func admits(_ peers: [NetworkPolicy.Peer]?, _ party: Party, _ namespace: String?) -> Bool {
        guard let peers, !peers.isEmpty else { return true }
        return peers.contains { matches($0, party, namespace) }
    }

    /// A peer without anything in it matches nobody; the API server refuses it.
    private func matches(_ peer: NetworkPolicy.Peer, _ party: Party, _ namespace: String?) -> Bool {
        if let block = peer.ipBlock { return matches(block, party) }
        guard peer.podSelector != nil || peer.namespaceSelector != nil, let pod = party.pod else { return false }
        let isInNamespace =
            peer.namespaceSelector.map { $0.matches(namespaces[pod.metadata.namespace ?? ""]?.metadata.labels) }
            ?? (pod.metadata.namespace == namespace)
        return isInNamespace && (peer.podSelector.map { $0.matches(pod.metadata.labels) } ?? true)
    }

    private func matches(_ block: NetworkPolicy.AddressBlock, _ party: Party) -> Bool {
        guard blocksMatchPods || party.pod == nil, let range = AddressRange(block.cidr) else { return false }
        let holes = (block.except ?? []).compactMap { AddressRange($0) }
        return party.addresses.contains { address in
            range.contains(address) && !holes.contains { $0.contains(address) }
        }
    }

    // MARK: Ports

    /// No ports at all mean any.
    private static func admits(_ ports: [NetworkPolicy.Port]?, _ target: Target) -> Bool {
        guard let ports, !ports.isEmpty else { return true }
        return ports.contains { matches($0, target) }
    }

    private static func matches(_ port: NetworkPolicy.Port, _ target: Target) -> Bool {
        guard (port.protocol ?? "TCP") == target.transport.rawValue else { return false }
        return switch port.port {
        case nil: true
        case .int(let first): (first...max(first, port.endPort ?? first)).contains(target.port)
        case .string(let name): named(name, target)
        }
    }

    /// A name means the destination's container port of that name and protocol, so nothing for an address.
    private static func named(_ name: String, _ target: Target) -> Bool {
        let spec = target.party.pod?.spec
        return (spec?.containers ?? []).flatMap { $0.ports ?? [] }.contains { port in
            port.name == name && port.containerPort == target.port
                && (port.protocol ?? "TCP") == target.transport.rawValue
        }
    }

    // MARK: Ends

    private func party(_ end: End) throws -> Party {
        switch end {
        case .address(let text):
            guard let address = AddressRange(text) else { throw ControlPlaneFailure("'\(text)' is no address") }
            return Party(pod: nil, addresses: [address], name: text)
        case .pod(let key):
            guard let pod = pods[key] else { throw ControlPlaneFailure("there is no running pod \(key)") }
            let status = pod.status
            let texts = (status?.podIPs ?? []).compactMap(\.ip) + [status?.podIP].compactMap(\.self)
            let isOnNode = pod.spec?.hostNetwork == true
            return Party(
                pod: isOnNode ? nil : pod, addresses: texts.compactMap { AddressRange($0) }, name: "\(key)")
        }
    }
}
