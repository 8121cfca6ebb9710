/// One program that the platform keeps running: how it is started, and how one knows that it serves.
public struct SupervisedProgram: Sendable {
    /// Its name in status, logs and audit: `envoy`, `opa`, `openbao`.
    public var name: String
    /// Made anew for each start, so that ports and files can differ.
    public var configuration: @Sendable () throws -> ChildProcessConfiguration
    /// Returns once the program serves (and has been given what it must have); throws to have it started again.
    public var becomeReady: @Sendable () async throws -> Void
    /// How long a start may take before it counts as failed.
    public var readyWithin: Duration
    /// How long it may take to end after SIGTERM.
    public var stopGrace: Duration

    public init(
        name: String, readyWithin: Duration = .seconds(20), stopGrace: Duration = .seconds(5),
        configuration: @escaping @Sendable () throws -> ChildProcessConfiguration,
        becomeReady: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.readyWithin = readyWithin
        self.stopGrace = stopGrace
        self.configuration = configuration
        self.becomeReady = becomeReady
    }
}

/// What the supervisor tells of a program.
public struct ProgramState: Sendable, Hashable {
    public enum Phase: String, Sendable {
        case starting, ready, restarting, stopped
    }

    public var phase = Phase.starting
    /// The program's own process, once it serves.
    public var pid: Int32?
    public var restarts = 0
    /// Why it isn't ready, in one sentence.
    public var detail: String?

    public init() {}
}
