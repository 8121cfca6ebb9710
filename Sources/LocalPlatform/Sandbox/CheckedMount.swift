/// A mount that ``MountCheck`` has passed: what bubblewrap is told.
public struct CheckedMount: Sendable, Hashable {
    /// The source with all symbolic links resolved.
    public var source: String
    /// Absolute, without `.`, `..`, doubled or final slashes.
    public var destination: String
    public var isWritable: Bool
    /// The Git repositories in a writable source. What makes git run commands stays read-only in them: the agent could
    /// otherwise leave commands there that run when the user next calls git.
    public var repositories: [Repository]

    /// Every path of the host that is bound: the source, and what stays read-only in it.
    var boundPaths: [String] {
        guard isWritable else { return [source] }
        return [source]
            + repositories.flatMap { repository in
                let path = source(of: repository)
                return [path] + repository.has.sorted().map { "\(path)/\($0)" }
            }
    }

    /// Where a repository is on the host.
    func source(of repository: Repository) -> String {
        repository.path.isEmpty ? source : "\(source)/\(repository.path)"
    }

    /// A Git folder (`.git`, a bare repository, that of a submodule or of a linked work tree), or a `.git` file.
    public struct Repository: Sendable, Hashable {
        /// Relative to the source: `.git`, `sub/.git`, `.git/modules/sub`.
        public var path: String
        public var isFolder: Bool
        /// Which of ``GitFolder/commandNames`` are there: they are bound read-only.
        public var has: Set<String>
        /// Which are not, but would be read if the agent made them: something empty is put in their place.
        public var lacks: Set<String> = []
        /// What is bound read-only, and so is known not to be the agent's.
        var kept: Set<FileIdentity> = []
    }
}

/// A file whatever its name.
struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var inode: UInt64
}
