import PalanaCore

/// Which names an agent's DNS has an address for.
///
/// All external ones have the same, that of the agent's way out: what may really be reached is decided there, with the
/// name in front of it. Nothing is looked up anywhere, so a question carries nothing out.
public struct DNSNames: Sendable, Hashable {
    /// Names that no program outside of one machine, link or cluster means (RFC 6761, 6762, 7686, 8375, 9476, 9462), and the
    /// one by which browsers ask whether they should leave the resolver that they were given.
    private static let special = [
        "localhost", "local", "invalid", "onion", "alt", "arpa", "use-application-dns.net",
    ]

    private let withheld: Set<String>

    /// - Parameter cluster: suffixes of the cluster's own names. They have no address here, whatever stands before them.
    public init(cluster: [String] = ["svc", "cluster.local"]) {
        let own = cluster.map { String($0.lowercased().drop { $0 == "." }) }
        withheld = Set(Self.special + own.filter { !$0.isEmpty })
    }

    /// nil: there is no such name.
    func address(of name: DNSName, in zone: AgentZone) -> IPAddress? {
        guard let labels = name.labels, labels.count > 1 else { return nil }
        let whole = labels.joined(separator: ".")
        if let peer = zone.peers[whole] { return peer }
        // An address that somebody asks for as if it were a name has none.
        guard let last = labels.last, !last.utf8.allSatisfy(\.isDigit) else { return nil }
        let suffixes = labels.indices.map { labels[$0...].joined(separator: ".") }
        return suffixes.contains(where: withheld.contains) ? nil : zone.gateway
    }
}
