/// What git takes for a repository, and what in one makes git run commands (gitrepository-layout(5), git-config(1)).
enum GitFolder {
    /// `config` and `config.worktree` name programs (`core.fsmonitor`, filters, aliases), `hooks` holds them, and
    /// `commondir` names another folder in which both are looked for.
    static let commandNames = ["commondir", "config", "config.worktree", "hooks"]

    /// Whether a folder is one, by its name and the names in it.
    static func isOne(name: String, holding names: Set<String>) -> Bool {
        if name == ".git" { return true }
        if names.contains("HEAD") { return names.contains("objects") || names.contains("commondir") }
        return names.isSuperset(of: ["objects", "refs"])
    }

    /// Which of the missing ones the agent could add to good effect. (`commondir` can't be held by something empty:
    /// git would refuse to work. It is put aside at the end, see ``GitSweep``.)
    /// - Parameters:
    ///   - has: those that are there.
    ///   - config: the text of `config`, which says whether `config.worktree` is read.
    static func lacks(has: Set<String>, config: String) -> Set<String> {
        // The folder of a linked work tree has neither, its common folder has.
        if has.contains("commondir") { return [] }
        var read: Set<String> = ["config", "hooks"]
        if config.lowercased().contains("worktreeconfig") { read.insert("config.worktree") }
        return read.subtracting(has)
    }
}
