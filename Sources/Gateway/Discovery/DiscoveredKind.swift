import EnvoyAPI
import SwiftProtobuf

/// The two kinds of resources that Envoy learns over ADS.
enum DiscoveredKind: String, Sendable, CaseIterable {
    case listener = "type.googleapis.com/envoy.config.listener.v3.Listener"
    case secret = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
}

extension Google_Protobuf_Any {
    /// Packed under the type URL that Envoy expects.
    init(packing message: some SwiftProtobuf.Message) throws {
        try self.init(message: message, typePrefix: "type.googleapis.com")
    }
}
