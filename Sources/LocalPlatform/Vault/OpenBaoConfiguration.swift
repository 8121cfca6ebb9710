import Foundation

/// The configuration file of the platform's OpenBao, as JSON.
///
/// Raft insists on a TCP listener, for the address its peers would come to. Ours has none, so both its ports are picked
/// by the
/// kernel on loopback and serve nobody: the API port trusts only a documentation address (RFC 5737), so OpenBao drops
/// the
/// first connection and closes the port for good; the cluster port speaks TLS to raft peers that hold its own key, and
/// there are none. Clients use the Unix socket.
/// Sources: OpenBao's documentation of `listener`, `storage "raft"` and `seal "static"`.
struct OpenBaoConfiguration: Encodable {
    struct Raft: Encodable {
        var path: String
        var node_id = "palana"
        /// The tightest timing: a lone node elects itself sooner.
        var performance_multiplier = "1"
    }

    struct StaticSeal: Encodable {
        var current_key_id = "palana-1"
        var current_key: String
    }

    /// User and group are named although they are the process's own: without them `socket_mode` is ignored.
    struct UnixListener: Encodable {
        var address: String
        var socket_mode = "0600"
        var socket_user: String
        var socket_group: String
        var max_request_size = 2 << 20
    }

    struct ClosedTCPListener: Encodable {
        var address = "127.0.0.1:0"
        var cluster_address = "127.0.0.1:0"
        var tls_disable = true
        var proxy_protocol_behavior = "deny_unauthorized"
        var proxy_protocol_authorized_addrs = "192.0.2.1"
    }

    enum Listener: Encodable {
        case unix(UnixListener)
        case tcp(ClosedTCPListener)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .unix(let listener): try container.encode(["unix": listener])
            case .tcp(let listener): try container.encode(["tcp": listener])
            }
        }
    }

    struct Telemetry: Encodable {
        var usage_gauge_period = "0s"
        var disable_hostname = true
    }

    var storage: [String: Raft]
    var seal: [String: StaticSeal]
    var listener: [Listener]
    var api_addr: String
    /// Only a name for raft, which never dials itself.
    var cluster_addr = "https://127.0.0.1:8201"
    var cluster_name = "palana"
    var ui = false
    var telemetry = Telemetry()
    var log_level = "warn"

    init(layout: OpenBaoLayout, user: UInt32, group: UInt32) {
        storage = ["raft": Raft(path: layout.raft.path)]
        seal = ["static": StaticSeal(current_key: "file://\(layout.sealKey.path)")]
        listener = [
            .unix(UnixListener(address: layout.socket.path, socket_user: "\(user)", socket_group: "\(group)")),
            .tcp(ClosedTCPListener()),
        ]
        api_addr = "unix://\(layout.socket.path)"
    }

    func rendered() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
