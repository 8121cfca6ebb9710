/// What methods and path globs of a rule may look like. Each answers what is wrong and what to change, or nil.
public enum PathAndMethodRules {
    /// An upper-case token (RFC 9110, section 9.1).
    public static func problem(withMethod method: String) -> String? {
        if method.isEmpty || method == "*" { return "leave `methods` out for any method" }
        guard method.utf8.count <= 32, method.utf8.allSatisfy({ isToken($0) }) else {
            return "no HTTP method; write one like GET"
        }
        if method == "CONNECT" { return "tunnels are decided by host and port; name the methods that are sent inside" }
        return method == method.uppercased() ? nil : "write it in upper case: \"\(method.uppercased())\""
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
            || "-_".utf8.contains(byte)
    }

    /// `*` within a segment, `**` alone between slashes over segments; on the path alone, percent-encoded as it is
    /// sent.
    public static func problem(withGlob glob: String) -> String? {
        guard glob.hasPrefix("/") else { return "must begin with `/`" }
        if glob.utf8.count > ValidationLimits.pathGlob { return "longer than \(ValidationLimits.pathGlob) characters" }
        if glob.contains("?") || glob.contains("#") { return "leave query and fragment out; only the path is matched" }
        guard glob.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            return "write spaces, backslashes and what isn't ASCII percent-encoded"
        }
        return problemOfEscapes(glob) ?? problemOfSegments(glob)
    }

    private static func problemOfEscapes(_ glob: String) -> String? {
        let pieces = glob.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
        let isValid = pieces.allSatisfy { $0.utf8.count >= 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
        return isValid ? nil : "`%` must be followed by two hex digits"
    }

    private static func problemOfSegments(_ glob: String) -> String? {
        let segments = glob.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.dropLast().contains("") { return "an empty segment (`//`) is matched by `/**` only" }
        if segments.contains(".") || segments.contains("..") {
            return "`.` and `..` never match; paths with them are refused"
        }
        guard segments.allSatisfy({ $0 == "**" || !$0.contains("**") }) else {
            return "`**` must stand alone between slashes"
        }
        let wildcards = segments.reduce(0) { $0 + ($1 == "**" ? 1 : $1.filter { $0 == "*" }.count) }
        return wildcards > ValidationLimits.wildcards ? "more than \(ValidationLimits.wildcards) wildcards" : nil
    }
}
