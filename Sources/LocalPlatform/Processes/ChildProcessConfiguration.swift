/// What ``ChildProcess`` starts, and with what.
public struct ChildProcessConfiguration: Sendable {
    /// Absolute path of `palana-guard`.
    public var guardPath: String
    /// Absolute path of the program.
    public var executable: String
    /// Arguments without the program's own name. Never a secret: they show in the process list.
    public var arguments: [String]
    /// The whole environment; nothing is inherited.
    public var environment: [String: String]
    public var workingDirectory: String
    /// Where output and error output go; the input is always empty.
    public var output: ChildOutput
    /// Further descriptors: number in the child (3 or more) → ours. All others are closed.
    public var descriptors: [Int32: Descriptor]
    /// `cgroup.procs` (or v1 `tasks`) files that the child enters before it starts.
    public var controlGroups: [String]

    public init(
        guardPath: String, executable: String, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String = "/", output: ChildOutput = .discard, descriptors: [Int32: Descriptor] = [:],
        controlGroups: [String] = []
    ) {
        self.guardPath = guardPath
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.output = output
        self.descriptors = descriptors
        self.controlGroups = controlGroups
    }
}

/// Where a child's output and error output go.
public enum ChildOutput: Sendable {
    case discard
    /// One capped log for both.
    case log(CappedLog)
    /// Descriptors of ours; they may be the same.
    case descriptors(output: Descriptor, error: Descriptor)
}
