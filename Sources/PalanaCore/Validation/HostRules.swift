/// What a host in a rule or of a secret may look like: exact or `*.suffix`, lower case, A-labels. Whatever is accepted
/// here is what `HostName` makes of a request's host, so that a rule can match.
public enum HostRules {
    /// Second-level names under which countries sell domains; a wildcard over one is over strangers' hosts.
    private static let publicSecondLevels: Set<String> = [
        "ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org",
    ]

    /// What is wrong with the host and what to change, or nil.
    public static func problem(with host: String) -> String? {
        if let problem = problemOfAddress(host) { return problem }
        guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
            let suggestion = Punycode.aLabels(of: host).flatMap { self.problem(with: $0) == nil ? $0 : nil }
            return suggestion.map { "write international names as A-labels: \"\($0)\"" }
                ?? "only ASCII can stand in it; write international names as A-labels (xn--…)"
        }
        guard host == host.lowercased() else { return "write it in lower case: \"\(host.lowercased())\"" }
        if host.hasSuffix(".") { return "leave the trailing dot out" }
        return host.contains("*") ? problemOfWildcard(host) : problemOfName(host)
    }

    /// Things that belong elsewhere: scheme, port, path, user.
    private static func problemOfAddress(_ host: String) -> String? {
        if host.isEmpty { return "must not be empty; name a host, as api.example.com" }
        if host.contains("://") { return "leave the scheme out; only the host stands here" }
        if host.contains("@") { return "leave the user out; only the host stands here" }
        if host.contains("/") { return "leave the path out; paths stand in `paths`" }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard host.contains(":"), !isBracketed else { return nil }
        let isAddress = !host.hasPrefix("[") && host.split(separator: ":", omittingEmptySubsequences: false).count > 2
        return isAddress
            ? "write an IPv6 address in brackets: \"[\(host)]\"" : "leave the port out; ports stand in `ports`"
    }

    private static func problemOfWildcard(_ host: String) -> String? {
        if host == "*" { return "too broad, it is every host; name the hosts" }
        guard host.hasPrefix("*."), !host.dropFirst(2).contains("*") else { return "one leading wildcard only" }
        let suffix = String(host.dropFirst(2))
        if let name = try? HostName(parsing: suffix), name.kind != .name {
            return "no wildcard over IP addresses; give each address"
        }
        if let problem = problemOfName(suffix) { return problem }
        let labels = suffix.split(separator: ".").map(String.init)
        let isPublic = labels.count == 2 && labels[1].utf8.count == 2 && publicSecondLevels.contains(labels[0])
        guard labels.count >= 2, !isPublic else {
            return "too broad, it is all of .\(suffix); name a domain under it"
        }
        return nil
    }

    private static func problemOfName(_ host: String) -> String? {
        if host == "palana.internal" { return "always reachable from inside a sandbox; leave it out" }
        do throws(Refusal) {
            let name = try HostName(parsing: host)
            return name.value == host ? nil : "an address in an unusual spelling; write \"\(name.value)\""
        } catch {
            return error.hint.map { "no valid host name; \($0)" } ?? error.message
        }
    }

    /// Whether every host that `narrow` stands for is also one of `wide`. Both valid.
    public static func covers(_ wide: String, _ narrow: String) -> Bool {
        if wide == narrow { return true }
        return wide.hasPrefix("*.") && narrow.hasSuffix(wide.dropFirst(1)) && narrow.utf8.count > wide.utf8.count - 1
    }
}
