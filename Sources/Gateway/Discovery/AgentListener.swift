import Crypto
import EnvoyAPI
import Foundation
import PalanaCore
import SwiftProtobuf

/// One agent's own listener: thin and constant, since any change of it cuts that agent's connections.
///
/// It pins the agent's identity to the connection and hands the bytes on: TLS to `mitm`, everything else to `front`.
/// The identity is a hashable string, so that Envoy's pools to the internal listeners are kept apart per agent; with
/// a plain string one agent's half-open connection is given to another.
struct AgentListener: Sendable {
    let agent: AgentID
    let placement: ListenerPlacement

    /// The resource and its version, which changes exactly when its bytes do.
    func resource() throws -> Envoy_Service_Discovery_V3_Resource {
        let packed = try Google_Protobuf_Any(packing: try listener())
        return .with {
            $0.name = agent.rawValue
            $0.resource = packed
            $0.version = SHA256.hash(data: packed.value).prefix(8).map { String(format: "%02x", $0) }.joined()
        }
    }

    private func listener() throws -> Envoy_Config_Listener_V3_Listener {
        try .with {
            $0.name = agent.rawValue
            $0.statPrefix = "agent"
            $0.address = address
            // With it two processes may share a port, and one that is taken would not be refused.
            if case .port = placement.address { $0.enableReusePort = .with { $0.value = false } }
            $0.perConnectionBufferLimitBytes = .with { $0.value = EnvoyNames.bufferLimit }
            $0.listenerFilters = [
                try .with {
                    $0.name = "tls_inspector"
                    $0.typedConfig = try Google_Protobuf_Any(
                        packing: Envoy_Extensions_Filters_Listener_TlsInspector_V3_TlsInspector())
                }
            ]
            // A client that speaks only after the server (or never) must not hold the connection for ever.
            $0.listenerFiltersTimeout = .with { $0.seconds = 15 }
            $0.filterChains = [
                try chain("tls", transport: "tls", to: EnvoyNames.toMITM),
                try chain("other", transport: "raw_buffer", to: EnvoyNames.toFront),
            ]
            $0.accessLog = [try accessLog()]
        }
    }

    private var address: Envoy_Config_Core_V3_Address {
        .with {
            switch placement.address {
            case .socket(let path, let mode):
                $0.pipe = .with { ($0.path, $0.mode) = (path, mode) }
            case .port(let port, let address):
                $0.socketAddress = .with {
                    $0.address = address.description
                    $0.portValue = UInt32(port)
                }
            }
        }
    }

    private func chain(
        _ name: String, transport: String, to cluster: String
    ) throws -> Envoy_Config_Listener_V3_FilterChain {
        try .with {
            $0.name = name
            $0.filterChainMatch.transportProtocol = transport
            $0.filters = [try limit(name), try identity(), try proxy(to: cluster)]
        }
    }

    private func limit(_ chain: String) throws -> Envoy_Config_Listener_V3_Filter {
        try filter(
            "envoy.filters.network.connection_limit",
            Envoy_Extensions_Filters_Network_ConnectionLimit_V3_ConnectionLimit.with {
                $0.statPrefix = "agent_\(chain)"
                $0.maxConnections = .with { $0.value = placement.connectionLimit }
            })
    }

    private func identity() throws -> Envoy_Config_Listener_V3_Filter {
        try filter(
            "envoy.filters.network.set_filter_state",
            Envoy_Extensions_Filters_Network_SetFilterState_V3_Config.with {
                $0.onNewConnection = [pinned(EnvoyNames.agentState, agent.rawValue)] + source
            })
    }

    /// Over TCP, who is at the other end: the connection's own address, whatever a proxy protocol or a header says, and
    /// without its port, or each connection would get connections of its own to the upstreams.
    private var source: [Envoy_Extensions_Filters_Common_SetFilterState_V3_FilterStateValue] {
        guard case .port = placement.address else { return [] }
        return [pinned(EnvoyNames.sourceState, "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%")]
    }

    private func pinned(
        _ key: String, _ format: String
    ) -> Envoy_Extensions_Filters_Common_SetFilterState_V3_FilterStateValue {
        .with {
            $0.objectKey = key
            $0.factoryKey = "envoy.hashable_string"
            $0.sharedWithUpstream = .transitive
            $0.formatString.textFormatSource.inlineString = format
        }
    }

    private func proxy(to cluster: String) throws -> Envoy_Config_Listener_V3_Filter {
        try filter(
            "envoy.filters.network.tcp_proxy",
            Envoy_Extensions_Filters_Network_TcpProxy_V3_TcpProxy.with {
                $0.statPrefix = "agent"
                $0.cluster = cluster
                $0.idleTimeout = .with { $0.seconds = 3_600 }
            })
    }

    private func accessLog() throws -> Envoy_Config_Accesslog_V3_AccessLog {
        try .with {
            $0.name = "envoy.access_loggers.tcp_grpc"
            $0.typedConfig = try Google_Protobuf_Any(
                packing: Envoy_Extensions_AccessLoggers_Grpc_V3_TcpGrpcAccessLogConfig.with {
                    $0.commonConfig = .with {
                        $0.logName = EnvoyNames.agentLog
                        $0.transportApiVersion = .v3
                        $0.grpcService.envoyGrpc.clusterName = EnvoyNames.accessLog
                        $0.bufferFlushInterval = .with { $0.nanos = 200_000_000 }
                        $0.filterStateObjectsToLog = [EnvoyNames.agentState, EnvoyNames.sourceState]
                    }
                })
        }
    }

    private func filter(
        _ name: String, _ configuration: some SwiftProtobuf.Message
    ) throws -> Envoy_Config_Listener_V3_Filter {
        try .with {
            $0.name = name
            $0.typedConfig = try Google_Protobuf_Any(packing: configuration)
        }
    }
}
