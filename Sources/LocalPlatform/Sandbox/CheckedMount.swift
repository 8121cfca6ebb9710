/// A mount that ``MountCheck`` has passed: what bubblewrap is told.
public struct CheckedMount: Sendable, Hashable {
    /// The source with all symbolic links resolved.
    public var source: String
    /// Absolute, without `.`, `..`, doubled or final slashes.
    public var destination: String
    public var isWritable: Bool
    /// The Git repositories in a writable source. Their `hooks` and `config` stay read-only: the agent could otherwise
    /// leave commands there that run when the user next calls git.
    public var repositories: [Repository]

    /// A `.git`, as a folder or as the file of a work tree or submodule.
    public struct Repository: Sendable, Hashable {
        /// Relative to the source: `.git`, `sub/.git`.
        public var path: String
        public var isFolder: Bool
        /// Which of `hooks` and `config` are there.
        public var has: Set<String>
    }
}
