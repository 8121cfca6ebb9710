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
        if host.hasPrefix("[") || IPv4Literal.isMeant(by: Array(host.utf8)) { return PrivateRanges.contain(host: host) }
        let suffixes = [".internal", ".local", ".localhost", ".test", ".home.arpa", ".lan", ".corp"]
        return !host.contains(".") || suffixes.contains { host.hasSuffix($0) }
    }

    private static func isListed(_ host: String, in names: Set<String>) -> Bool {
        if names.contains(host) { return true }
        guard let dot = host.firstIndex(of: ".") else { return false }
        return isListed(String(host[host.index(after: dot)...]), in: names)
    }
}
