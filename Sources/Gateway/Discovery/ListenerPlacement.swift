public import PalanaCore

/// Where one agent's listener stands and how much it takes.
public struct ListenerPlacement: Sendable, Hashable {
    public enum Address: Sendable, Hashable {
        /// A Unix socket that only this agent can reach: an absolute path of at most 107 bytes. Envoy makes it; the
        /// folder must be there. The sandbox reaches it through its own bind mount.
        case socket(path: String, mode: UInt32)
        /// A TCP port of the agent's own. Who connects is told to ext_authz.
        case port(UInt16, on: IPAddress)
    }

    public var address: Address
    /// Connections at a time, for TLS and for everything else each.
    public var connectionLimit: UInt64

    public init(socketPath: String, mode: UInt32 = 0o600, connectionLimit: UInt64 = 1_024) {
        address = .socket(path: socketPath, mode: mode)
        self.connectionLimit = connectionLimit
    }

    public init(port: UInt16, on address: IPAddress, connectionLimit: UInt64 = 1_024) {
        self.address = .port(port, on: address)
        self.connectionLimit = connectionLimit
    }
}

extension ListenerPlacement: CustomStringConvertible {
    public var description: String {
        switch address {
        case .socket(let path, _): path
        case .port(let port, let address): address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        }
    }
}
