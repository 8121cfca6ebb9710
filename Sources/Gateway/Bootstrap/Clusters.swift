/// Where Envoy sends bytes: the gateway's services, its own internal listeners, and the world.
enum Clusters {
    static func all(_ configuration: EnvoyBootstrap.Configuration, realms: [Realm]) -> [JSONTree] {
        let sockets = configuration.sockets
        // Apart from each other, so that no service's backlog fills another's circuit breaker.
        return [
            service(EnvoyNames.discovery, at: sockets.discovery),
            service(EnvoyNames.authorization, at: sockets.authorization),
            service(EnvoyNames.processing, at: sockets.processing),
            service(EnvoyNames.accessLog, at: sockets.accessLog),
            internalService(at: sockets.internalService),
            internalListener(EnvoyNames.toFront, listener: "front"),
            internalListener(EnvoyNames.toMITM, listener: "mitm"),
        ] + realms.flatMap { upstreams($0, configuration) }
    }

    static func pipe(_ path: String, mode: Int? = nil) -> JSONTree {
        let pipe: JSONTree = ["path": .string(path)]
        return ["pipe": mode.map { pipe.merging(["mode": .integer($0)]) } ?? pipe]
    }

    private static func service(_ name: String, at path: String) -> JSONTree {
        fixed(name, address: pipe(path)).merging([
            "typed_extension_protocol_options": protocolOptions([
                "explicit_http_config": ["http2_protocol_options": windows]
            ])
        ])
    }

    private static func internalService(at path: String) -> JSONTree {
        fixed(EnvoyNames.internalService, address: pipe(path)).merging([
            "typed_extension_protocol_options": protocolOptions(["explicit_http_config": ["http_protocol_options": [:]]]
            )
        ])
    }

    /// The internal transport carries filter state (the agent's identity) from hop to hop.
    private static func internalListener(_ name: String, listener: String) -> JSONTree {
        fixed(name, address: ["envoy_internal_address": ["server_listener_name": .string(listener)]]).merging([
            "transport_socket": .named(
                "internal_upstream",
                "envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport",
                [
                    "transport_socket": .named(
                        "raw_buffer", "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer")
                ])
        ])
    }

    private static func fixed(_ name: String, address: JSONTree) -> JSONTree {
        common(name, connectTimeout: "1s").merging([
            "type": "STATIC",
            "load_assignment": [
                "cluster_name": .string(name),
                "endpoints": [["lb_endpoints": [["endpoint": ["address": address]]]]],
            ],
        ])
    }

    private static func common(_ name: String, connectTimeout: String) -> JSONTree {
        [
            "name": .string(name), "connect_timeout": .string(connectTimeout),
            "per_connection_buffer_limit_bytes": .integer(Int(EnvoyNames.bufferLimit)),
            "circuit_breakers": [
                "thresholds": [
                    ["max_connections": 100_000, "max_requests": 100_000, "max_pending_requests": 100_000]
                ]
            ],
        ]
    }

    private static func upstreams(_ realm: Realm, _ configuration: EnvoyBootstrap.Configuration) -> [JSONTree] {
        let secure = transport(trustBundle: configuration.trustBundle)
        let negotiated: JSONTree = [
            "auto_config": ["http_protocol_options": [:], "http2_protocol_options": windows]
        ]
        let first: JSONTree = ["explicit_http_config": ["http_protocol_options": [:]]]
        return [
            upstream(realm.tlsCluster, realm, configuration, http: negotiated).merging(secure),
            upstream(realm.tlsHTTP1Cluster, realm, configuration, http: first).merging(secure),
            upstream(realm.plainCluster, realm, configuration, http: first),
        ]
    }

    private static func upstream(
        _ name: String, _ realm: Realm, _ configuration: EnvoyBootstrap.Configuration, http: JSONTree
    ) -> JSONTree {
        common(name, connectTimeout: "10s").merging([
            "lb_policy": "CLUSTER_PROVIDED",
            "cluster_type": .named(
                "envoy.clusters.dynamic_forward_proxy",
                "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig",
                ["dns_cache_config": DNS.cache(realm, resolvers: configuration.resolvers)]),
            "typed_extension_protocol_options": protocolOptions(
                http.merging([
                    "common_http_protocol_options": ["idle_timeout": "60s"],
                    // Envoy insists on both even where there is no TLS.
                    "upstream_http_protocol_options": ["auto_sni": true, "auto_san_validation": true],
                    "http_filters": [
                        AddressGuard.filter(realm),
                        .named(
                            "envoy.filters.http.upstream_codec",
                            "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"),
                    ],
                ])),
        ])
    }

    private static func transport(trustBundle: String) -> JSONTree {
        [
            "transport_socket": .named(
                "tls", "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                [
                    "common_tls_context": [
                        "tls_params": ["tls_minimum_protocol_version": "TLSv1_2"],
                        "validation_context": ["trusted_ca": ["filename": .string(trustBundle)]],
                    ]
                ])
        ]
    }

    private static func protocolOptions(_ members: JSONTree) -> JSONTree {
        let name = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
        return .object([name: JSONTree.typed(name).merging(members)])
    }

    /// Envoy's own default of 256 MiB a stream would let one slow reader fill the memory.
    static let windows: JSONTree = [
        "initial_stream_window_size": 262_144, "initial_connection_window_size": 1_048_576,
    ]
}
