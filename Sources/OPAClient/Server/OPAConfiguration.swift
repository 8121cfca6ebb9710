/// Where OPA listens and how long it may take.
public struct OPAConfiguration: Sendable {
    /// Absolute path of OPA's Unix socket; at most 107 bytes.
    public var socketPath: String
    /// How long one decision may take, from the question to the last byte of the answer.
    public var decisionDeadline: Duration
    /// How long loading a module or a set may take; OPA compiles all of them then.
    public var loadDeadline: Duration
    /// How many connections are kept open at most.
    public var connectionLimit: Int

    public init(
        socketPath: String, decisionDeadline: Duration = .seconds(1), loadDeadline: Duration = .seconds(10),
        connectionLimit: Int = 64
    ) {
        self.socketPath = socketPath
        self.decisionDeadline = decisionDeadline
        self.loadDeadline = loadDeadline
        self.connectionLimit = connectionLimit
    }
}
