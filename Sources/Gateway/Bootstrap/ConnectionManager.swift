/// Envoy's HTTP connection manager: one on the front, two inside `mitm` (TLS and plain).
struct ConnectionManager: Sendable {
    /// Where in the chain it stands; ext_authz is told as `x-palana-hop`.
    enum Hop: String, Sendable {
        case front, mitm
    }

    let hop: Hop
    let secure: Bool
    let realms: [Realm]
    let resolvers: [Resolver]

    var filter: JSONTree {
        .named(
            "envoy.filters.network.http_connection_manager",
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", members)
    }

    private var members: [String: JSONTree] {
        [
            "stat_prefix": .string(secure ? "\(hop.rawValue)_tls" : hop.rawValue),
            "codec_type": secure ? "AUTO" : "HTTP1",
            "route_config": Routes(secure: secure, tunnels: hop == .front, realms: realms).tree,
            "http_filters": .array(filters),
            "early_header_mutation_extensions": [Self.forgedHeaders],
            "upgrade_configs": hop == .front
                ? [["upgrade_type": "CONNECT"], ["upgrade_type": "websocket"]] : [["upgrade_type": "websocket"]],
            "access_log": [AccessLogs.http(name: hop == .front ? EnvoyNames.frontLog : EnvoyNames.mitmLog)],
            "local_reply_config": LocalReplies.tree,
            // What a client says about where it comes from is never believed nor passed on.
            "use_remote_address": true, "skip_xff_append": true, "xff_num_trusted_hops": 0,
            "internal_address_config": ["unix_sockets": false, "cidr_ranges": []],
            "generate_request_id": false, "via": "", "server_header_transformation": "PASS_THROUGH",
            // Paths leave as they came: signatures cover them. Normalising is for matching, in the gateway.
            "normalize_path": false, "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
            "request_headers_timeout": "10s", "stream_idle_timeout": "900s", "delayed_close_timeout": "1s",
            "max_request_headers_kb": 64,
            "common_http_protocol_options": [
                "idle_timeout": "600s",
                // The gateway decides; this only bounds what it is asked about (pseudo-headers count here).
                "max_headers_count": .integer(RequestSanity.maximumHeaders + 10),
            ],
            "http_protocol_options": ["allow_absolute_url": true, "accept_http_10": true],
            "http2_protocol_options": Clusters.windows.merging(["max_concurrent_streams": 256]),
            // Passed on, an upstream's 1xx answers would reach the agent with all their headers, which no filter sees:
            // a way to say a secret back. So Envoy says 100 itself, and the others end here.
            "proxy_100_continue": false,
        ]
    }

    private var filters: [JSONTree] {
        (hop == .front ? [Self.connectAuthority] : [])
            + [HTTPFilters.authorization(hop)]
            + realms.map { DNS.filter($0, resolvers: resolvers) }
            // After the DNS filters: bodies that the service gives back while one of them waits for a name are lost.
            + [HTTPFilters.processing(hop), HTTPFilters.router]
    }

    /// The tunnel's authority travels one hop, to `mitm`. ONCE, so that it does not split the pools to upstreams.
    private static let connectAuthority = JSONTree.named(
        "envoy.filters.http.set_filter_state", "envoy.extensions.filters.http.set_filter_state.v3.Config",
        [
            "on_request_headers": [
                [
                    "object_key": .string(EnvoyNames.connectState), "factory_key": "envoy.hashable_string",
                    "shared_with_upstream": "ONCE",
                    "format_string": ["text_format_source": ["inline_string": "%REQ(:AUTHORITY)%"]],
                ]
            ]
        ])

    /// Headers that only we may set are removed before anything looks at them.
    private static let forgedHeaders = JSONTree.named(
        "envoy.http.early_header_mutation.header_mutation",
        "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
        [
            "mutations": .array(
                [
                    EnvoyNames.bodyHeader, EnvoyNames.decisionHeader, EnvoyNames.agentHeader, EnvoyNames.sourceHeader,
                    EnvoyNames.agentMetadata, EnvoyNames.sourceMetadata, EnvoyNames.connectMetadata,
                    EnvoyNames.hopMetadata,
                ].map { ["remove": .string($0)] } + [requestID])
        ])

    /// Names each request before anyone is asked about it, so that even one whose client went during the decision is
    /// reported under the decision's id.
    private static let requestID: JSONTree = [
        "append": [
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            "header": ["key": .string(EnvoyNames.requestHeader), "value": "%UNIQUE_ID%"],
        ]
    ]
}
