/// Where one agent's listener stands and how much it takes.
public struct ListenerPlacement: Sendable, Hashable {
    /// Absolute path of the Unix socket, at most 107 bytes. Envoy makes it; the folder must be there.
    public var socketPath: String
    /// Mode of the socket. The sandbox reaches it through its own bind mount.
    public var mode: UInt32
    /// Connections at a time, for TLS and for everything else each.
    public var connectionLimit: UInt64

    public init(socketPath: String, mode: UInt32 = 0o600, connectionLimit: UInt64 = 1_024) {
        self.socketPath = socketPath
        self.mode = mode
        self.connectionLimit = connectionLimit
    }
}
