/// The host of a rule or a secret's binding: exact, or `*.suffix` for every name below the suffix (not the suffix
/// itself).
public struct HostPattern: Hashable, Sendable {
    private let suffix: String?
    private let exact: String

    /// - Parameter text: as validated when the resource was accepted: lower case, A-labels.
    public init(_ text: String) {
        suffix = text.hasPrefix("*.") ? String(text.dropFirst()) : nil
        exact = text
    }

    /// An address never falls under a wildcard.
    public func matches(_ host: HostName) -> Bool {
        guard let suffix else { return exact == host.value }
        return host.kind == .name && host.value.utf8.count > suffix.utf8.count && host.value.hasSuffix(suffix)
    }

    /// Without building a pattern first; for the hot path over many rules.
    public static func matches(_ pattern: String, _ host: HostName) -> Bool {
        if pattern == host.value { return true }
        guard pattern.utf8.first == UInt8(ascii: "*") else { return false }
        return HostPattern(pattern).matches(host)
    }
}
