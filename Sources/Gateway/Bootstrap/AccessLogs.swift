/// What became of requests and connections goes to the gateway over gRPC, soon after.
///
/// Paths are logged with their query and after ext_authz changed them: the receiver must cut and redact.
enum AccessLogs {
    static func http(name: String) -> JSONTree {
        .named(
            "envoy.access_loggers.http_grpc", "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
            [
                "common_config": common(name),
                "additional_request_headers_to_log": ["content-type", "upgrade", .string(EnvoyNames.requestHeader)],
                "additional_response_headers_to_log": ["content-type", .string(EnvoyNames.decisionHeader)],
            ])
    }

    static func connections(name: String) -> JSONTree {
        .named(
            "envoy.access_loggers.tcp_grpc", "envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig",
            ["common_config": common(name)])
    }

    private static func common(_ name: String) -> JSONTree {
        [
            "log_name": .string(name), "transport_api_version": "V3",
            "grpc_service": ["envoy_grpc": ["cluster_name": .string(EnvoyNames.accessLog)]],
            // Under load one message carries many entries; the default of 16 KiB holds about ten.
            "buffer_flush_interval": "0.2s", "buffer_size_bytes": 131_072,
            "filter_state_objects_to_log": [
                .string(EnvoyNames.agentState), .string(EnvoyNames.sourceState), .string(EnvoyNames.connectState),
            ],
        ]
    }
}
