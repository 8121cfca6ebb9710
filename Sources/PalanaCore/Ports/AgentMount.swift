/// A file or folder of the host that an agent is given, as `--mount SRC:DST[:rw]` says it.
public struct AgentMount: Sendable, Hashable {
    /// Absolute path on the host.
    public var source: String
    /// Absolute path in the sandbox.
    public var destination: String
    public var isWritable: Bool

    public init(source: String, destination: String, isWritable: Bool = false) {
        self.source = source
        self.destination = destination
        self.isWritable = isWritable
    }

    /// - Parameter text: `SRC:DST` or `SRC:DST:rw` (`:ro` may be said too); both paths absolute.
    /// - Throws: `RuntimeFailure.refused` that names the mount.
    public init(parsing text: String) throws(RuntimeFailure) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var isWritable = false
        if parts.count == 3, let option = parts.popLast() {
            guard option == "rw" || option == "ro" else {
                throw .refused("Mount \"\(text)\": the last part must be \"rw\" or \"ro\", not \"\(option)\"")
            }
            isWritable = option == "rw"
        }
        guard parts.count == 2, parts.allSatisfy({ $0.hasPrefix("/") }) else {
            throw .refused("Mount \"\(text)\": write SOURCE:DESTINATION[:rw] with absolute paths")
        }
        self.init(source: parts[0], destination: parts[1], isWritable: isWritable)
    }
}
