public import PalanaCore

/// How the agents' rules name a host; decides which budget its leaf is charged to.
public enum HostClaim: Hashable, Sendable {
    /// A rule or a secret names exactly this host: as many leaves as there are rules, which no agent can multiply.
    case exact
    /// Only a wildcard covers it (its suffix): an agent can make up any number of such names, so each suffix has a
    /// budget of its own.
    case wildcard(suffix: String)
    /// Nobody names it. Its agent still needs a leaf, to read the refusal's JSON inside TLS.
    case unnamed
}

/// All hosts that the agents' rules name, made for one question. Built anew when rules change.
public struct HostClaims: Sendable {
    private var exact: Set<String>
    private var suffixes: Set<String>

    /// Names that the platform itself answers.
    public static let ownHosts: Set<String> = [EnvoyNames.internalHost]

    /// - Parameter hosts: more of them, exact or `*.suffix`.
    public init(agents: some Sequence<AgentSnapshot>, hosts: [String] = []) {
        exact = Self.ownHosts
        suffixes = []
        for host in hosts { add(host.lowercased()) }
        for agent in agents {
            for rule in agent.allow { add(rule.host.lowercased()) }
        }
    }

    /// - Parameter host: lower case, no port.
    public func claim(on host: String) -> HostClaim {
        if exact.contains(host) { return .exact }
        var rest = Substring(host)
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[rest.index(after: dot)...]
            if suffixes.contains(String(rest)) { return .wildcard(suffix: String(rest)) }
        }
        return suffixes.contains("") ? .wildcard(suffix: "") : .unnamed
    }

    private mutating func add(_ host: String) {
        if host == "*" {
            suffixes.insert("")
        } else if host.hasPrefix("*.") {
            suffixes.insert(String(host.dropFirst(2)))
        } else {
            exact.insert(host)
        }
    }
}
