import PalanaCore

/// Answers that Envoy makes itself, in the JSON of every other refusal.
///
/// The path is the one that ext_authz recorded: Envoy's own may hold a secret. Refusals of ext_authz have their own
/// body, which no mapper here may match.
enum LocalReplies {
    static var tree: JSONTree { ["mappers": .array(mappers)] }

    private static var mappers: [JSONTree] {
        [
            mapper(
                when: "response.code_details.startsWith('ext_authz_error')", status: 503,
                code: RefusalCode.policyUnavailable.rawValue, decided: false,
                message: "the gateway could not decide about this request", hint: "try again; tell your administrator"),
            mapper(
                when: "response.code_details.contains('address_denied')", status: 403,
                code: RefusalCode.privateAddress.rawValue, decided: true,
                message: "the host's address is private, loopback, link-local or otherwise not on the public Internet",
                hint: "an administrator can open a range for one host with --allow-private"),
            mapper(
                when: "response.code_details.startsWith('rbac_access_denied')", status: 403,
                code: RefusalCode.privateAddress.rawValue, decided: true,
                message: "the host's address is private or its port is not opened",
                hint: "an administrator can open a range for one host with --allow-private"),
            mapper(
                when: "response.code_details.startsWith('ext_proc')", status: 503,
                code: RefusalCode.policyUnavailable.rawValue, decided: true,
                message: "the gateway could not check a body of this exchange",
                hint: "try again; tell your administrator"),
            mapper(
                when: "response.code_details.contains('TLS_error') || response.code_details.contains('CERTIFICATE')",
                status: 502, code: RefusalCode.upstreamTLS.rawValue, decided: true,
                message: "no trusted TLS connection to the host could be made",
                hint: "check the host's certificate; an administrator can trust more with --trust-ca"),
            mapper(
                when: "response.code_details.startsWith('dns_resolution_failure')"
                    + " || response.code_details.startsWith('upstream_')"
                    + " || response.code_details.startsWith('no_healthy_upstream')",
                status: 502, code: RefusalCode.upstreamUnreachable.rawValue, decided: true,
                message: "the host could not be reached: its name does not resolve, or it did not answer",
                hint: "check the host name and port"),
            mapper(
                when: "(response.code >= 400 && response.code < 500 || response.code_details.startsWith('http1.'))"
                    + " && !response.code_details.startsWith('ext_authz')"
                    + " && !response.code_details.startsWith('redaction')"
                    + " && !response.code_details.startsWith('via_upstream')",
                status: nil, code: RefusalCode.malformedRequest.rawValue, decided: false,
                message: "this is no request that can be forwarded", hint: "check the request line and headers"),
        ]
    }

    /// What ext_authz said about the request; null in JSON when it wasn't asked.
    private static func known(_ field: String) -> String {
        "%DYNAMIC_METADATA(\(EnvoyNames.authorizationMetadata):\(field))%"
    }

    /// - Parameter decided: whether ext_authz let the request pass before, so that its decision's id can be named.
    private static func mapper(
        when condition: String, status: Int?, code: String, decided: Bool, message: String, hint: String
    ) -> JSONTree {
        let decision = known("decision_id")
        let error: [String: JSONTree] = [
            "code": .string(code), "message": .string(message), "hint": .string(hint),
            "agent": .string("%FILTER_STATE(\(EnvoyNames.agentState):PLAIN)%"),
            "host": "%REQ(:AUTHORITY)%", "method": "%REQ(:METHOD)%", "path": .string(known("path")),
            "rule": decided ? .string(known("rule")) : "platform", "decision_id": .string(decision),
        ]
        var mapper: JSONTree = [
            "filter": [
                "extension_filter": .named(
                    "cel", "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
                    ["expression": .string(condition)])
            ],
            "body_format_override": ["json_format": ["error": .object(error)], "content_type": "application/json"],
        ]
        if let status { mapper = mapper.merging(["status_code": .integer(status)]) }
        guard decided else { return mapper }
        return mapper.merging([
            "headers_to_add": [
                [
                    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                    "header": ["key": .string(EnvoyNames.decisionHeader), "value": .string(decision)],
                ]
            ]
        ])
    }
}
