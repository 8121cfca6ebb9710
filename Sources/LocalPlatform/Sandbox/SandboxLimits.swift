/// What one agent may use at most; nil = not limited.
public struct SandboxLimits: Sendable, Equatable {
    /// Cores, for example 0.5.
    public var cpus: Double?
    /// Bytes, all processes together (each process where only rlimits are at hand).
    public var memory: UInt64?
    /// Processes and threads.
    public var processes: UInt64
    /// Open files of one process.
    public var openFiles: UInt64
    /// Bytes of the sandbox's `/tmp`, and of its `/dev/shm`.
    public var temporary: UInt64

    public init(
        cpus: Double? = nil, memory: UInt64? = nil, processes: UInt64 = 512, openFiles: UInt64 = 16_384,
        temporary: UInt64 = 512 << 20
    ) {
        self.cpus = cpus
        self.memory = memory
        self.processes = processes
        self.openFiles = openFiles
        self.temporary = temporary
    }
}
