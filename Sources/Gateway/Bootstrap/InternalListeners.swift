import Certificates

/// The two listeners inside Envoy that all agents' bytes pass.
extension EnvoyBootstrap {
    /// Explicit proxy requests and plain HTTP.
    var frontListener: JSONTree {
        listener("front", filters: []).merging([
            "filter_chains": [["filters": [manager(.front, secure: false).filter]]]
        ])
    }

    /// What is inside a tunnel, and transparent TLS. Bytes that are neither TLS nor HTTP match no chain: closed.
    var mitmListener: JSONTree {
        listener(
            "mitm",
            filters: [
                .named("tls_inspector", "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"),
                .named("http_inspector", "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector"),
            ]
        ).merging([
            "listener_filters_timeout": "15s",
            "filter_chains": [tlsChain, plainChain],
            "access_log": [AccessLogs.connections(name: EnvoyNames.mitmConnectionLog)],
        ])
    }

    private func listener(_ name: String, filters: [JSONTree]) -> JSONTree {
        [
            "name": .string(name), "internal_listener": [:], "listener_filters": .array(filters),
            "per_connection_buffer_limit_bytes": .integer(Int(EnvoyNames.bufferLimit)),
        ]
    }

    private var plainChain: JSONTree {
        [
            "name": "plain",
            "filter_chain_match": [
                "transport_protocol": "raw_buffer", "application_protocols": ["http/1.0", "http/1.1"],
            ],
            "filters": [manager(.mitm, secure: false).filter],
        ]
    }

    private var tlsChain: JSONTree {
        [
            "name": "tls",
            "filter_chain_match": ["transport_protocol": "tls"],
            // Nothing else ends a handshake whose leaf never comes.
            "transport_socket_connect_timeout": .string("\(configuration.handshakeTimeout.components.seconds)s"),
            "transport_socket": .named(
                "tls", "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                [
                    "require_sni": false,
                    // A ticket would let a session outlive its agent's listener and leaf.
                    "disable_stateless_session_resumption": true, "disable_stateful_session_resumption": true,
                    "common_tls_context": [
                        "alpn_protocols": ["h2", "http/1.1"],
                        "tls_params": ["tls_minimum_protocol_version": "TLSv1_2"],
                        "custom_tls_certificate_selector": Self.leafSelector,
                    ],
                ]),
            "filters": [manager(.mitm, secure: true).filter],
        ]
    }

    /// One leaf per SNI over ADS; no SNI asks for a name that never gets one.
    private static let leafSelector = JSONTree.named(
        "on_demand", "envoy.extensions.transport_sockets.tls.cert_selectors.on_demand_secret.v3.Config",
        [
            "config_source": ["resource_api_version": "V3", "initial_fetch_timeout": "5s", "ads": [:]],
            "certificate_mapper": .named(
                "sni", "envoy.extensions.transport_sockets.tls.cert_mappers.sni.v3.SNI",
                ["default_value": .string(LeafName.noSNI)]),
        ])

    private func manager(_ hop: ConnectionManager.Hop, secure: Bool) -> ConnectionManager {
        ConnectionManager(hop: hop, secure: secure, realms: realms, resolvers: configuration.resolvers)
    }
}
