import KubernetesClient
import PalanaCore

/// Which addresses the pods of each namespace have.
///
/// An address is used again soon after its pod has ended, and the API server may say so late: one that several
/// namespaces' pods are said to have belongs to the pod that was made last, and to none of them when that can't be told.
struct PodAddresses: Sendable {
    private struct Entry {
        var addresses: [IPAddress]
        var created: Timestamp?
    }

    private var pods: [ObjectKey: Entry] = [:]
    private var byNamespace: [String: Set<ObjectKey>] = [:]
    private var holders: [IPAddress: Set<ObjectKey>] = [:]

    mutating func set(_ pod: Pod) {
        remove(pod.key)
        let addresses = Self.addresses(of: pod)
        guard !addresses.isEmpty, let namespace = pod.metadata.namespace else { return }
        pods[pod.key] = Entry(addresses: addresses, created: pod.metadata.creationTimestamp)
        byNamespace[namespace, default: []].insert(pod.key)
        for address in addresses { holders[address, default: []].insert(pod.key) }
    }

    mutating func remove(_ key: ObjectKey) {
        guard let entry = pods.removeValue(forKey: key), let namespace = key.namespace else { return }
        byNamespace[namespace]?.remove(key)
        if byNamespace[namespace]?.isEmpty == true { byNamespace[namespace] = nil }
        for address in entry.addresses {
            holders[address]?.remove(key)
            if holders[address]?.isEmpty == true { holders[address] = nil }
        }
    }

    func addresses(in namespace: String) -> Set<IPAddress> {
        Set((byNamespace[namespace] ?? []).flatMap { pods[$0]?.addresses ?? [] }).filter { owner(of: $0) == namespace }
    }

    private func owner(of address: IPAddress) -> String? {
        let claims = holders[address] ?? []
        let namespaces = Set(claims.map(\.namespace))
        if namespaces.count == 1 { return namespaces.first ?? nil }
        let times = claims.map { pods[$0]?.created }
        guard let last = times.compactMap(\.self).max(), !times.contains(nil), times.count(where: { $0 == last }) == 1
        else { return nil }
        return claims.first { pods[$0]?.created == last }?.namespace
    }

    /// None of a pod that has ended, or that has its node's address: that is everybody's on the node.
    private static func addresses(of pod: Pod) -> [IPAddress] {
        guard let status = pod.status, status.phase != "Succeeded", status.phase != "Failed",
            pod.spec?.hostNetwork != true
        else { return [] }
        let texts = [status.podIP] + (status.podIPs ?? []).map(\.ip)
        let own = Set(texts.compactMap { $0.flatMap(IPAddress.init) })
        return own.subtracting(status.hostIP.flatMap(IPAddress.init).map { [$0] } ?? []).sorted {
            $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
    }
}
