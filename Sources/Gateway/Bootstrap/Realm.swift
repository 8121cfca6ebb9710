import PalanaCore

/// One set of destinations that share a DNS cache and its address filter: the public Internet, and one more for each
/// host under which private ranges are reachable. A request's virtual host picks the realm, so a range opened for one
/// name stays closed for every other.
struct Realm: Sendable, Hashable {
    /// Empty for the public one.
    let host: String
    private let suffix: String
    /// Addresses that DNS answers are rid of, and that the second layer refuses again.
    let blocked: [AddressRange]
    /// Opened ranges that are reachable at these ports only.
    let portLimits: [AddressRange: Set<Int>]

    /// The public realm (first) and one for each named host.
    static func all(allowances: [PrivateAllowance]) -> [Realm] {
        let everywhere = allowances.filter { $0.host == "*" }
        let hosts = Set(allowances.map(\.host)).subtracting(["*"]).sorted()
        return [Realm(host: "", index: nil, allowances: everywhere)]
            + hosts.enumerated().map { index, host in
                Realm(host: host, index: index, allowances: everywhere + allowances.filter { $0.host == host })
            }
    }

    private init(host: String, index: Int?, allowances: [PrivateAllowance]) {
        self.host = host
        suffix = index.map { "_private_\($0)" } ?? ""
        blocked = allowances.reduce(PrivateRanges.all) { ranges, allowance in
            ranges.flatMap { $0.subtracting(allowance.range) }
        }
        let open = Set(allowances.filter { $0.port == nil }.map(\.range))
        portLimits = Dictionary(
            grouping: allowances.filter { !open.contains($0.range) }, by: \.range
        ).mapValues { Set($0.compactMap(\.port)) }
    }

    var isPublic: Bool { host.isEmpty }
    var cacheName: String { "egress\(suffix)" }
    var filterName: String { "dynamic_forward_proxy\(suffix)" }
    var tlsCluster: String { "dfp_tls\(suffix)" }
    /// For what HTTP/2 can't carry: WebSocket upgrades.
    var tlsHTTP1Cluster: String { "dfp_tls_h1\(suffix)" }
    var plainCluster: String { "dfp_plain\(suffix)" }
}
