/// Headers that only the platform sets, or that only a proxy does. An agent's copies never go on.
enum GatewayHeaders {
    /// Marks a request for Envoy's redaction route.
    static let redact = EnvoyNames.bodyHeader
    /// The decision's id, in answers.
    static let decision = EnvoyNames.decisionHeader
    /// Who asks, towards `palana.internal` only.
    static let agent = EnvoyNames.agentHeader
    /// Where it asks from, towards `palana.internal` only.
    static let source = EnvoyNames.sourceHeader
    /// What a program must send to read a secret; browsers and forged requests don't.
    static let intent = "palana-request"

    private static let prefixes = ["x-egress-", "x-palana-", "x-envoy-", "x-forwarded-"]
    private static let names: Set<String> = [
        intent, EnvoyNames.agentMetadata, EnvoyNames.sourceMetadata, EnvoyNames.connectMetadata, "forwarded",
        "x-real-ip", "proxy-connection", "proxy-authorization", "keep-alive",
    ]

    /// Whether Envoy itself sets the header, whatever the agent sent. `name` is lower case.
    static func isEnvoys(_ name: String) -> Bool { name == envoysOwn || name == "x-envoy-internal" }

    /// Set by Envoy itself before it asks, whatever the agent sent, and taken away by the route: without it Envoy finds
    /// no
    /// route at all.
    private static let envoysOwn = "x-forwarded-proto"

    /// `name` is lower case.
    static func isReserved(_ name: String) -> Bool {
        name != envoysOwn && (names.contains(name) || prefixes.contains { name.hasPrefix($0) })
    }
}
