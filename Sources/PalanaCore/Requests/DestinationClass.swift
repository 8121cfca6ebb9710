/// Roughly where a request goes, for the audit trail's readers.
public enum DestinationClass: String, Sendable, Codable, CaseIterable {
    case `internal`, llm, git, `public`

    /// - Parameter host: normalised, as `HostName.value`.
    public init(host: String) {
        if DestinationClass.isInternal(host) {
            self = .internal
        } else if DestinationClass.isListed(host, in: DestinationClass.llmHosts) {
            self = .llm
        } else if DestinationClass.isListed(host, in: DestinationClass.gitHosts) || host.hasPrefix("git.")
            || host.hasPrefix("gitlab.")
        {
            self = .git
        } else {
            self = .public
        }
    }

    private static let llmHosts: Set<String> = [
        "api.anthropic.com", "api.openai.com", "generativelanguage.googleapis.com", "aiplatform.googleapis.com",
        "api.mistral.ai", "api.cohere.com", "api.groq.com", "api.together.xyz", "openrouter.ai", "api.deepseek.com",
        "api.x.ai", "api.perplexity.ai", "openai.azure.com", "api-inference.huggingface.co",
    ]

    private static let gitHosts: Set<String> = [
        "github.com", "api.github.com", "codeload.github.com", "raw.githubusercontent.com", "gitlab.com",
        "bitbucket.org",
        "codeberg.org", "dev.azure.com", "git.sr.ht",
    ]

    /// Names without a dot, reserved names (RFC 6761, RFC 6762, ICANN's `.internal`) and addresses that aren't public.
    private static func isInternal(_ host: String) -> Bool {
        if host.hasPrefix("[") { return isInternalIPv6(host) }
        let bytes = Array(host.utf8)
        if IPv4Literal.isMeant(by: bytes), let literal = IPv4Literal(bytes) { return isInternal(literal.address) }
        let suffixes = [".internal", ".local", ".localhost", ".test", ".home.arpa", ".lan", ".corp"]
        return !host.contains(".") || suffixes.contains { host.hasSuffix($0) }
    }

    private static func isInternal(_ address: UInt32) -> Bool {
        switch (address >> 24, address >> 16 & 255) {
        case (0, _), (10, _), (127, _), (192, 168), (169, 254): true
        case (172, let second): (16...31).contains(second)
        case (100, let second): (64...127).contains(second)
        default: false
        }
    }

    private static func isInternalIPv6(_ host: String) -> Bool {
        ["[::1]", "[::]"].contains(host)
            || ["[fc", "[fd", "[fe8", "[fe9", "[fea", "[feb"].contains { host.hasPrefix($0) }
    }

    private static func isListed(_ host: String, in names: Set<String>) -> Bool {
        if names.contains(host) { return true }
        guard let dot = host.firstIndex(of: ".") else { return false }
        return isListed(String(host[host.index(after: dot)...]), in: names)
    }
}
