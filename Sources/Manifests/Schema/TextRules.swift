internal import PalanaCore

/// The kinds of text that the API knows. `ResourceValidator` is stricter; this is what an API server can say by itself.
extension TextRule {
    static let label = TextRule(minimum: 1, maximum: 63, pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")
    static let subdomain = TextRule(minimum: 1, maximum: 253, pattern: "^\(domain)$")
    static let optionalSubdomain = TextRule(maximum: 253, pattern: "^(\(domain))?$")
    static let owner = TextRule(minimum: 1, maximum: ValidationLimits.owner)
    static let image = TextRule(minimum: 1, maximum: 512)
    static let duration = TextRule(minimum: 2, maximum: 32, pattern: "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$")
    static let variable = TextRule(minimum: 1, maximum: 128, pattern: "^[A-Za-z_][A-Za-z0-9_]*$")

    /// A host of a rule or a secret.
    static let host = TextRule(
        minimum: 1, maximum: 255,
        rules: [
            ServerRule(
                expression: "!self.contains('/') && !self.contains('@')",
                message: "only the host stands here: no scheme, path or user"),
            ServerRule(expression: "!self.matches('[A-Z]')", message: "write it in lower case"),
            // In two halves: with 64 secrets of 256 hosts each, an API server finds one rule for both too dear, and refuses
            // the whole definition.
            ServerRule(
                expression: "!self.contains('*') || self.matches('^[*][.].+[.].+$')",
                message: "one leading *. only, before a domain of at least two labels"),
            ServerRule(expression: "!self.matches('.[*]')", message: "one leading *. only"),
        ])

    private static let domain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
}
