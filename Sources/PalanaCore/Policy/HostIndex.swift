/// Rules found by host, so that a look-up costs the same with 20 and with 2,000 of them.
///
/// Patterns are exact hosts or `*.suffix`, which matches every name below the suffix and not the suffix itself.
public struct HostIndex: Sendable {
    private typealias Numbered = (position: Int, entry: PolicyInput.NamedRule)
    private var exact: [String: [Numbered]] = [:]
    private var below: [String: [Numbered]] = [:]

    /// - Parameter rules: in the order in which `matching` answers.
    public init(_ rules: [PolicyInput.NamedRule]) {
        for (position, entry) in rules.enumerated() {
            let host = entry.rule.host.lowercased()
            if host.hasPrefix("*.") {
                below[String(host.dropFirst(2)), default: []].append((position, entry))
            } else {
                exact[host, default: []].append((position, entry))
            }
        }
    }

    /// The rules for a normalised host (lower case, A-labels, no port, no trailing dot).
    public func matching(_ host: String) -> [PolicyInput.NamedRule] {
        var found = exact[host] ?? []
        guard !Self.isAddress(host) else { return found.map(\.entry) }
        var rest = host[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            found += below[String(rest)] ?? []
        }
        return found.sorted { $0.position < $1.position }.map(\.entry)
    }

    /// An address never falls under a wildcard.
    private static func isAddress(_ host: String) -> Bool {
        host.utf8.contains(UInt8(ascii: ":")) || host.utf8.last.map { (48...57).contains($0) } ?? false
    }
}
