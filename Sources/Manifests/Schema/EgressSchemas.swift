internal import PalanaCore

/// Where agents may go, and who may come to them.
extension ObjectSchema {
    static let egress = ObjectSchema(
        FieldSchema(
            "default", .word(AgentSnapshot.EgressDefault.allCases.map(\.rawValue)),
            "What happens to a request that no rule allows; deny where neither agent nor template says it. observe: it "
                + "passes and is recorded, but never with a credential. ask: not supported yet."),
        FieldSchema(
            "allow", .list(.object(rule), ListRule(maximum: ValidationLimits.allowRules)),
            "The requests that may pass."),
        FieldSchema("peers", peers, "Other agents it may meet; each must name it in its ingress.peers."))

    /// A line of `allow` or `deny`.
    static let rule = ObjectSchema(
        FieldSchema(
            "host", .text(.host), required: true,
            "Exact, or *.suffix for all names below it. Lower case, without port."),
        FieldSchema(
            "ports", .list(.integer(1...65_535), ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "443 for https and 80 for http if left out."),
        FieldSchema(
            "methods",
            .list(
                .text(TextRule(minimum: 1, maximum: 32, pattern: "^[A-Z0-9_-]+$")),
                ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "In upper case; any if left out."),
        FieldSchema(
            "paths",
            .list(
                .text(TextRule(minimum: 1, maximum: ValidationLimits.pathGlob)),
                ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "Globs like /repos/**: * within a segment, ** over segments. Any if left out."),
        FieldSchema(
            "credentials", .word(EgressRule.Credentials.allCases.map(\.rawValue)),
            "placeholder, if left out: keys of the agent's own are refused. any: they may pass."),
        FieldSchema(
            "cookies", .word(EgressRule.Cookies.allCases.map(\.rawValue)),
            "Whether cookies may pass; allow if left out."))

    static let ingress = ObjectSchema(
        FieldSchema("port", .integer(1...65_535), "The agent's own web UI, behind login. Not supported yet."),
        FieldSchema("peers", peers, "Other agents that may come; each must name it in its egress.peers."))

    private static let peers = FieldType.list(.object(peer), ListRule(maximum: ValidationLimits.listItems))

    private static let peer = ObjectSchema(
        FieldSchema(
            "agent", .text(TextRule(minimum: 3, maximum: ValidationLimits.owner + 41)), required: true,
            "owner/name, as alice@example.com/demo."),
        FieldSchema("port", .integer(1...65_535), "The TCP port that they meet on."))
}
