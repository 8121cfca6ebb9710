/// Why the runtime could not do what was asked. It knows agents by their ids; who answers people says the name.
public enum RuntimeFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case notRunning
    case alreadyRunning
    /// What was asked for can't be had here: a bad mount, a missing command, a limit that can't be set.
    case refused(String)
    /// Not now: the disk is full, the platform is stopping.
    case unavailable(String)
    /// A fault of the machine or of the runtime itself.
    case failed(String)

    public var description: String {
        switch self {
        case .notRunning: "the agent is not running"
        case .alreadyRunning: "the agent is running already"
        case .refused(let sentence), .unavailable(let sentence), .failed(let sentence): sentence
        }
    }
}

/// Columns and rows of a terminal.
public struct TerminalSize: Hashable, Sendable, Codable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// What a running agent is doing.
public enum RuntimeState: Hashable, Sendable, Codable {
    case stopped
    case running(pid: Int32, since: Timestamp)
    /// Its command ended; 128 + n after signal n.
    case exited(code: Int32, at: Timestamp)
}

/// What comes out of a session.
public enum SessionOutput: Hashable, Sendable {
    case standardOutput([UInt8])
    /// Never with a terminal, which has one stream.
    case standardError([UInt8])
}

/// One attached command: the agent's own or one of `exec`.
public protocol AgentSession: Sendable {
    /// Hands over what the command writes until it ends; a receiver that takes its time slows the command down.
    /// - Returns: the exit code, 128 + n after signal n.
    func relay(to receive: @escaping @Sendable (SessionOutput) async throws -> Void) async throws -> Int32
    /// Waits while the command doesn't read.
    func write(_ bytes: [UInt8]) async throws(RuntimeFailure)
    func closeInput() async throws(RuntimeFailure)
    func resize(_ size: TerminalSize) async throws(RuntimeFailure)
    func signal(_ number: Int32) async throws(RuntimeFailure)
}

/// Runs agents. Takes agents as they run: `Agent.effective(with:)`.
public protocol AgentRuntime: Sendable {
    /// Starts the agent's command in the background; what it writes goes to its log.
    func start(_ agent: Agent, mounts: [AgentMount]) async throws(RuntimeFailure)

    /// Starts the agent's command attached to a person. With `terminal` it gets a pty of its own of that size.
    func startAttached(
        _ agent: Agent, mounts: [AgentMount], terminal: TerminalSize?
    ) async throws(RuntimeFailure) -> any AgentSession

    /// Asks every process to end, and ends them after `grace`. An agent that doesn't run is no error.
    func stop(_ id: AgentID, grace: Duration) async throws(RuntimeFailure)

    /// Ends every process at once, without a word to them. An agent that doesn't run is no error.
    func kill(_ id: AgentID) async throws(RuntimeFailure)

    /// Makes every process stand still where it is, against its will; said again, also those that have got loose.
    /// - Throws: when some can't be stopped.
    func freeze(_ id: AgentID) async throws(RuntimeFailure)

    /// Lets the processes of a frozen agent go on.
    func thaw(_ id: AgentID) async throws(RuntimeFailure)

    /// Another command in the agent's sandbox, with `environment` on top of the agent's own.
    func exec(
        _ id: AgentID, command: [String], environment: [String: String], terminal: TerminalSize?
    ) async throws(RuntimeFailure) -> any AgentSession

    /// What the agent's command has written, oldest first: the newest `tail` lines, all when nil. With `follow` it goes
    /// on until the agent ends.
    func logs(
        _ id: AgentID, follow: Bool, tail: Int?
    ) async throws(RuntimeFailure) -> AsyncThrowingStream<[UInt8], any Error>

    func state(_ id: AgentID) async -> RuntimeState

    /// Removes what is kept for the agent: logs and, unless it is retained, `/data`.
    func remove(_ agent: Agent) async throws(RuntimeFailure)
}
