/// What a registry's image may be called: `ghcr.io/example/agent:1`, `registry:5000/agent@sha256:…` (the grammar of
/// distribution's `reference` package).
public enum ImageRules {
    /// What is wrong with the name and what to change, or nil.
    public static func problem(with image: String) -> String? {
        if image.contains("://") { return "leave the scheme out, as in ghcr.io/example/agent:1" }
        guard image.utf8.count <= 512 else { return "\(image.utf8.count) characters; at most 512 fit" }
        var rest = Substring(image)
        if let at = rest.firstIndex(of: "@") {
            guard isDigest(rest[rest.index(after: at)...]) else {
                return "what follows `@` must be a digest: sha256: and 64 hex digits"
            }
            rest = rest[..<at]
        }
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            guard isTag(rest[rest.index(after: colon)...]) else {
                return "the tag must be at most 128 letters, digits, `_`, `.` and `-`"
            }
            rest = rest[..<colon]
        }
        return isName(rest) ? nil : "must be an image's name in lower case, as ghcr.io/example/agent:1"
    }

    private static func isDigest(_ text: Substring) -> Bool {
        let hex = text.dropFirst("sha256:".count)
        return text.hasPrefix("sha256:") && hex.utf8.count == 64
            && hex.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isTag(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        return isWord(first)
            && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// The first part may be a host with a port and in any letter case; all others are lower case.
    private static func isName(_ text: Substring) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isHost = parts.count > 1 && parts[0].contains { ".:".contains($0) } || parts.first == "localhost"
        let paths = isHost ? parts.dropFirst() : parts[...]
        return !paths.isEmpty && (!isHost || isHostName(parts[0])) && paths.allSatisfy(isComponent)
    }

    private static func isHostName(_ text: Substring) -> Bool {
        let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
        let isNumbered = pieces.count < 2 || (UInt16(pieces[1]) ?? 0) > 0
        return pieces.count <= 2 && isNumbered && !pieces[0].isEmpty
            && pieces[0].utf8.allSatisfy { isWord($0) && $0 != UInt8(ascii: "_") || "-.".utf8.contains($0) }
    }

    private static func isComponent(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isLowercaseOrDigit(first) && isLowercaseOrDigit(last)
            && text.utf8.allSatisfy { isLowercaseOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
}
