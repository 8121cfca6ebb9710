internal import Foundation

/// Finds the programs the platform runs: `$PALANA_TOOLS` (a folder) first, then `PATH`, then the cache that `scripts/` fills.
public struct ToolLocator: Sendable {
    /// Folders to look in, in order.
    public var folders: [String]
    /// Programs whose place is settled, by name: a search by version found them (``resolved(_:)``).
    public var settled: [String: String]

    /// - Parameter folders: absolute paths of folders, the first that holds the program wins.
    public init(folders: [String], settled: [String: String] = [:]) {
        self.folders = folders
        self.settled = settled
    }

    /// The folders an ordinary process looks in.
    public init(environment: [String: String]) {
        let home = environment["HOME"] ?? NSHomeDirectory()
        let cache = environment["PALANA_CACHE"] ?? "\(home)/.cache/palana"
        let own = environment["PALANA_TOOLS"].map { [$0] } ?? []
        let path = (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").map(String.init)
        self.init(folders: own + path + ["\(cache)/bin", "/usr/sbin", "/sbin"])
    }

    /// The absolute path of an executable called `name`, or nil. A settled place wins; otherwise the first folder does,
    /// whatever its version.
    public func path(of name: String) -> String? {
        settled[name] ?? paths(of: name).first
    }

    /// Every executable called `name`, in the order of the folders, each path once.
    public func paths(of name: String) -> [String] {
        var seen: Set<String> = []
        return folders.map { "\($0)/\(name)" }.filter {
            seen.insert($0).inserted && FileManager.default.isExecutableFile(atPath: $0) && !Self.isFolder($0)
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var folder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &folder) && folder.boolValue
    }
}
