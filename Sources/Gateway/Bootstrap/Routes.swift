/// Which cluster a request goes to, once ext_authz let it pass.
struct Routes: Sendable {
    /// Whether requests arrived inside TLS, and so leave inside TLS.
    let secure: Bool
    /// Whether CONNECT is taken (only on the front).
    let tunnels: Bool
    let realms: [Realm]

    var tree: JSONTree {
        [
            "name": "egress",
            // Virtual hosts are picked by host name alone, so that no port slips past one.
            "ignore_port_in_host_matching": true,
            "virtual_hosts": .array([internalHost] + realms.map(virtualHost)),
        ]
    }

    private func virtualHost(_ realm: Realm) -> JSONTree {
        let host: JSONTree = [
            "name": .string(realm.cacheName),
            // With a trailing dot too: which filters a request passes is settled before ext_authz takes the dot away.
            "domains": realm.isPublic ? ["*"] : [.string(realm.host), .string("\(realm.host).")],
            "routes": .array(tunnel + routes(realm)),
            "request_headers_to_remove": .array(Self.removed),
        ]
        return realm.isPublic ? host : host.merging(["typed_per_filter_config": filters(of: realm)])
    }

    /// `palana.internal`: answered by the gateway. Who asks is said by the connection, never by a header of the client.
    private var internalHost: JSONTree {
        [
            // Both spellings that the authorizer takes for it.
            "name": "internal",
            "domains": [.string(EnvoyNames.internalHost), .string(EnvoyNames.internalHost + ".")],
            "routes": .array(
                tunnel + [
                    [
                        "match": ["prefix": "/"],
                        "route": ["cluster": .string(EnvoyNames.internalService), "timeout": "15s"],
                        "request_headers_to_add": [
                            Self.said(EnvoyNames.agentHeader, by: EnvoyNames.agentState),
                            Self.said(EnvoyNames.sourceHeader, by: EnvoyNames.sourceState),
                        ],
                    ]
                ]),
            "request_headers_to_remove": .array(Self.removed),
        ]
    }

    private static func said(_ header: String, by state: String) -> JSONTree {
        [
            "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            "header": ["key": .string(header), "value": .string("%FILTER_STATE(\(state):PLAIN)%")],
        ]
    }

    private var tunnel: [JSONTree] {
        guard tunnels else { return [] }
        return [
            [
                "match": ["connect_matcher": [:]],
                "route": [
                    "cluster": .string(EnvoyNames.toMITM), "timeout": "0s",
                    "upgrade_configs": [["upgrade_type": "CONNECT", "connect_config": [:]]],
                ],
            ]
        ]
    }

    /// Bodies pass through ext_proc only where ext_authz asked for it; upgrades go over HTTP/1.1.
    private func routes(_ realm: Realm) -> [JSONTree] {
        let usual = secure ? realm.tlsCluster : realm.plainCluster
        let upgrades = secure ? realm.tlsHTTP1Cluster : realm.plainCluster
        let processed = BodyMode.allCases.flatMap { mode in
            [
                route(to: upgrades, when: [Self.wants(mode), Self.isWebSocket], upgrade: true, mode),
                route(to: usual, when: [Self.wants(mode)], upgrade: false, mode),
            ]
        }
        return processed + [
            route(to: upgrades, when: [Self.isWebSocket], upgrade: true, nil),
            route(to: usual, when: [], upgrade: false, nil),
        ]
    }

    private func route(to cluster: String, when headers: [JSONTree], upgrade: Bool, _ mode: BodyMode?) -> JSONTree {
        // Streams may last: no time limit for the whole answer, only for silence (`stream_idle_timeout`).
        var action: JSONTree = ["cluster": .string(cluster), "timeout": "0s"]
        if upgrade { action = action.merging(["upgrade_configs": [["upgrade_type": "websocket"]]]) }
        let route: JSONTree = ["match": ["prefix": "/", "headers": .array(headers)], "route": action]
        return mode.map { route.merging(["typed_per_filter_config": Self.processing($0)]) } ?? route
    }

    private func filters(of realm: Realm) -> JSONTree {
        let type = "envoy.config.route.v3.FilterConfig"
        return .object([
            realms[0].filterName: .typed(type, ["disabled": true]),
            realm.filterName: .typed(type, ["config": [:]]),
        ])
    }

    private static func wants(_ mode: BodyMode) -> JSONTree {
        ["name": .string(EnvoyNames.bodyHeader), "string_match": ["exact": .string(mode.rawValue)]]
    }
    private static let isWebSocket: JSONTree = [
        "name": "upgrade", "string_match": ["exact": "websocket", "ignore_case": true],
    ]

    /// Requests are only searched, piece by piece: nothing is replaced in them and their content-length stays. Without
    /// a
    /// body nobody is asked. Answers are rewritten, so the service may hold back what could become a secret.
    private static func processing(_ mode: BodyMode) -> JSONTree {
        [
            "envoy.filters.http.ext_proc": .typed(
                "envoy.extensions.filters.http.ext_proc.v3.ExtProcPerRoute",
                [
                    "overrides": [
                        "processing_mode": [
                            "request_header_mode": "SKIP",
                            "request_body_mode": mode.searchesRequest ? "STREAMED" : "NONE",
                            "request_trailer_mode": mode.searchesRequest ? "SEND" : "SKIP",
                            "response_header_mode": mode.redactsAnswer ? "SEND" : "SKIP",
                            "response_body_mode": mode.redactsAnswer ? "FULL_DUPLEX_STREAMED" : "NONE",
                            "response_trailer_mode": mode.redactsAnswer ? "SEND" : "SKIP",
                        ]
                    ]
                ])
        ]
    }

    /// Never forwarded: what proxies say to each other and what we say to ourselves.
    private static let removed: [JSONTree] = [
        .string(EnvoyNames.bodyHeader), .string(EnvoyNames.requestHeader), "x-forwarded-proto", "x-forwarded-for",
        "x-envoy-internal", "x-envoy-external-address", "x-envoy-expected-rq-timeout-ms", "x-envoy-attempt-count",
        "x-envoy-original-path",
        "proxy-authorization", "proxy-connection",
    ]
}
