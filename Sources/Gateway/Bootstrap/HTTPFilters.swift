/// The HTTP filters that ask the gateway.
enum HTTPFilters {
    /// Every request is decided by ext_authz, CONNECT too; no answer is a refusal.
    static func authorization(_ hop: ConnectionManager.Hop) -> JSONTree {
        .named(
            "envoy.filters.http.ext_authz", "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz",
            [
                "transport_api_version": "V3",
                "failure_mode_allow": false, "status_on_error": ["code": 503],
                "include_tls_session": true,
                // Raw bytes: header values need not be UTF-8, and doubled headers must stay visible.
                "encode_raw_headers": true, "validate_mutations": true,
                // So that the header by which ext_authz asks for bodies selects its route.
                "clear_route_cache": true,
                // Asking twice is harmless; a connection that closes under a question must not refuse it.
                "grpc_service": service(EnvoyNames.authorization, hop, timeout: "5s").merging([
                    "retry_policy": ["num_retries": 2, "retry_on": "reset,refused-stream,connect-failure"]
                ]),
            ])
    }

    /// Off until a route turns it on.
    static func processing(_ hop: ConnectionManager.Hop) -> JSONTree {
        .named(
            "envoy.filters.http.ext_proc", "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
            [
                "grpc_service": service(EnvoyNames.processing, hop, timeout: "0s"),
                "failure_mode_allow": false, "message_timeout": "5s", "route_cache_action": "RETAIN",
                // Requests keep their length, which some servers insist on; the service itself takes an answer's away.
                "allow_content_length_header": true,
                "processing_mode": [
                    "request_header_mode": "SKIP", "response_header_mode": "SKIP",
                    "request_body_mode": "NONE", "response_body_mode": "NONE",
                    "request_trailer_mode": "SKIP", "response_trailer_mode": "SKIP",
                ],
                "metadata_options": [
                    "forwarding_namespaces": ["untyped": [.string(EnvoyNames.authorizationMetadata)]]
                ],
            ])
    }

    static let router = JSONTree.named(
        "envoy.filters.http.router", "envoy.extensions.filters.http.router.v3.Router", ["suppress_envoy_headers": true])

    /// Identity goes as gRPC metadata made from filter state, which no client can write.
    private static func service(_ cluster: String, _ hop: ConnectionManager.Hop, timeout: String) -> JSONTree {
        var metadata: [(String, String)] = [
            (EnvoyNames.agentMetadata, "%FILTER_STATE(\(EnvoyNames.agentState):PLAIN)%"),
            (EnvoyNames.sourceMetadata, "%FILTER_STATE(\(EnvoyNames.sourceState):PLAIN)%"),
            (EnvoyNames.hopMetadata, hop.rawValue),
        ]
        if hop == .mitm {
            metadata.append((EnvoyNames.connectMetadata, "%FILTER_STATE(\(EnvoyNames.connectState):PLAIN)%"))
        }
        return [
            "envoy_grpc": ["cluster_name": .string(cluster)], "timeout": .string(timeout),
            "initial_metadata": .array(metadata.map { ["key": .string($0.0), "value": .string($0.1)] }),
        ]
    }
}
