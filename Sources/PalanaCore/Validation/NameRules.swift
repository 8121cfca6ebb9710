/// What names may look like. Each answers what is wrong with the text and what to change, or nil.
public enum NameRules {
    /// RFC 1123 label, at most `limit` characters.
    public static func label(_ name: String, limit: Int = 63) -> String? {
        if name.isEmpty { return "must not be empty" }
        if name.utf8.count > limit { return "\(name.utf8.count) characters; at most \(limit) fit" }
        guard name.utf8.allSatisfy({ isLowercaseOrDigit($0) || $0 == UInt8(ascii: "-") }) else {
            return "only a-z, 0-9 and `-` can stand in it"
        }
        guard !name.hasPrefix("-"), !name.hasSuffix("-") else { return "must begin and end with a letter or digit" }
        return nil
    }

    /// RFC 1123 subdomain, as most objects of a cluster are called.
    public static func subdomain(_ name: String) -> String? {
        if name.utf8.count > 253 { return "\(name.utf8.count) characters; at most 253 fit" }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return labels.lazy.compactMap { label(String($0)) }.first
    }

    /// POSIX environment variable name.
    public static func environmentVariable(_ name: String) -> String? {
        if name.isEmpty { return "must not be empty" }
        if name.utf8.count > 128 { return "at most 128 characters fit" }
        let isPlain = name.utf8.allSatisfy { byte in
            isLowercaseOrDigit(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard isPlain, let first = name.utf8.first, !(0x30...0x39).contains(first) else {
            return "only letters, digits and `_` can stand in it, and no digit first"
        }
        return ReservedEnvironment.contains(name) ? "set by the platform itself; choose another name" : nil
    }

    /// A label's or annotation's key as in Kubernetes: `name` or `prefix.example.com/name`.
    public static func labelKey(_ key: String) -> String? {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.last, isLabelWord(name), !name.isEmpty else {
            return
                "must be a name of at most 63 letters, digits, `-`, `_` and `.`, with an optional "
                + "prefix like example.com/"
        }
        guard parts.count == 2 else { return nil }
        return subdomain(parts[0]) == nil ? nil : "the prefix before `/` must be a domain name like example.com"
    }

    public static func labelValue(_ value: String) -> String? {
        isLabelWord(value)
            ? nil : "at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit"
    }

    /// Empty or a word as label values are.
    private static func isLabelWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        return text.utf8.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowercaseOrDigit(byte) || (0x41...0x5A).contains(byte)
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
