public import Foundation

/// Envoy's static configuration: everything but the agents' listeners and the leaves, which it discovers.
///
/// ```
/// agent's listener ─┬─ TLS ───────────────▶ mitm (internal) ─▶ ext_authz ─▶ ext_proc ─▶ dynamic forward proxy
///                   └─ else ─▶ front (internal) ─┬─ CONNECT ─▶ ext_authz ─▶ mitm
///                                                └─ plain HTTP ─▶ ext_authz ─▶ ext_proc ─▶ dynamic forward proxy
/// ```
public struct EnvoyBootstrap: Sendable {
    public struct Configuration: Sendable {
        /// The gateway's gRPC sockets; several may be the same socket.
        public struct Sockets: Sendable {
            public var discovery: String
            public var authorization: String
            public var processing: String
            public var accessLog: String
            /// The HTTP server of `palana.internal`.
            public var internalService: String
            /// Envoy's own admin socket.
            public var admin: String

            public init(
                discovery: String, authorization: String, processing: String, accessLog: String,
                internalService: String, admin: String
            ) {
                self.discovery = discovery
                self.authorization = authorization
                self.processing = processing
                self.accessLog = accessLog
                self.internalService = internalService
                self.admin = admin
            }
        }

        public var sockets: Sockets
        /// PEM file of the authorities that upstreams are verified against (`TrustBundle` makes it).
        public var trustBundle: String
        /// DNS servers, `IP:PORT` each; empty: those of the machine.
        public var resolvers: [Resolver]
        public var allowPrivate: [PrivateAllowance]
        /// Envoy sheds load before its heap grows beyond this many bytes.
        public var heapLimit: Int
        /// How long a handshake may wait for its leaf.
        public var handshakeTimeout: Duration

        public init(
            sockets: Sockets, trustBundle: String, resolvers: [Resolver] = [],
            allowPrivate: [PrivateAllowance] = [], heapLimit: Int = 1 << 30, handshakeTimeout: Duration = .seconds(8)
        ) {
            self.sockets = sockets
            self.trustBundle = trustBundle
            self.resolvers = resolvers
            self.allowPrivate = allowPrivate
            self.heapLimit = heapLimit
            self.handshakeTimeout = handshakeTimeout
        }
    }

    let configuration: Configuration
    let realms: [Realm]

    public init(_ configuration: Configuration) {
        self.configuration = configuration
        realms = Realm.all(allowances: configuration.allowPrivate)
    }

    /// The configuration file's bytes (JSON), for `envoy -c`.
    public func render() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(tree)
    }

    var tree: JSONTree {
        [
            "node": ["id": "palana-gateway", "cluster": "palana"],
            "admin": ["address": Clusters.pipe(configuration.sockets.admin, mode: 0o600)],
            "bootstrap_extensions": [
                .named(
                    "envoy.bootstrap.internal_listener",
                    "envoy.extensions.bootstrap.internal_listener.v3.InternalListener")
            ],
            "dynamic_resources": dynamicResources,
            "static_resources": [
                "listeners": [frontListener, mitmListener],
                "clusters": .array(Clusters.all(configuration, realms: realms)),
            ],
            "overload_manager": overload,
            "layered_runtime": ["layers": [["name": "palana", "static_layer": Self.features]]],
            // A name that an agent makes up must not leave statistics behind.
            "stats_config": ["stats_matcher": ["exclusion_list": ["patterns": [["prefix": "sds."]]]]],
        ]
    }

    /// Envoy's defaults that this path can't live with.
    private static let features: JSONTree = [
        // An exchange that is over ends its ext_proc stream in good order, so that the gateway can say when it has not
        // searched all of it.
        "envoy.reloadable_features.ext_proc_graceful_grpc_close": true,
        // With it, an internal listener that answers and closes at once (`Connection: close`, HTTP/1.0) resets the
        // connection between two listeners of ours, and the answer on it is thrown away (envoyproxy/envoy#46713).
        "envoy.reloadable_features.enable_send_rst_on_user_space_socket": false,
    ]

    /// One delta ADS stream for everything; a stream per SNI would exhaust the cluster's circuit breaker.
    private var dynamicResources: JSONTree {
        [
            "ads_config": [
                "api_type": "DELTA_GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
                "grpc_services": [["envoy_grpc": ["cluster_name": .string(EnvoyNames.discovery)]]],
            ],
            "lds_config": ["resource_api_version": "V3", "ads": [:], "initial_fetch_timeout": "0s"],
        ]
    }

    private var overload: JSONTree {
        [
            "refresh_interval": "0.25s",
            "resource_monitors": [
                .named(
                    "envoy.resource_monitors.fixed_heap",
                    "envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig",
                    ["max_heap_size_bytes": .integer(configuration.heapLimit)]),
                .named(
                    "envoy.resource_monitors.global_downstream_max_connections",
                    "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
                    ["max_active_downstream_connections": 50_000]),
            ],
            "actions": [
                Self.action("envoy.overload_actions.shrink_heap", at: "0.85"),
                Self.action("envoy.overload_actions.stop_accepting_requests", at: "0.95"),
            ],
        ]
    }

    private static func action(_ name: String, at share: String) -> JSONTree {
        [
            "name": .string(name),
            "triggers": [
                ["name": "envoy.resource_monitors.fixed_heap", "threshold": ["value": .string(share)]]
            ],
        ]
    }
}
