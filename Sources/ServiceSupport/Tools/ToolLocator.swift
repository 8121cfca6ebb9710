import Foundation

/// Finds the programs the platform runs: `$PALANA_TOOLS` (a folder) first, then `PATH`, then the cache that `scripts/` fills.
public struct ToolLocator: Sendable {
    /// Folders to look in, in order.
    public var folders: [String]

    /// - Parameter folders: absolute paths of folders, the first that holds the program wins.
    public init(folders: [String]) {
        self.folders = folders
    }

    /// The folders an ordinary process looks in.
    public init(environment: [String: String]) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        let own = environment["PALANA_TOOLS"].map { [$0] } ?? []
        let path = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        self.init(folders: own + path + ["\(home)/.cache/palana/bin", "/usr/sbin", "/sbin"])
    }

    /// The absolute path of an executable called `name`, or nil.
    public func path(of name: String) -> String? {
        folders.lazy.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
