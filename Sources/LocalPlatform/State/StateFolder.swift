import Crypto
import Foundation
import Glibc
public import PalanaCore

/// Why the state folder can't be used; one sentence with what to do.
public struct StateFolderError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Where a single-machine platform keeps everything: one folder, 0700. Names inside are short because the path of a Unix
/// socket may have at most 107 bytes (unix(7)).
public struct StateFolder: Sendable, Hashable {
    /// Absolute path without a trailing slash.
    public let path: String

    /// The longest path of the folder itself: what an agent's socket adds must still fit.
    static let longestPath = 107 - "/run/a/0123456789abcdef/s".utf8.count

    /// - Throws: ``StateFolderError`` when sockets in it would have too long a path.
    public init(path: String) throws(StateFolderError) {
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
        guard absolute.utf8.count <= Self.longestPath else {
            throw StateFolderError(
                "The state folder's path is \(absolute.utf8.count) bytes long and Unix sockets allow "
                    + "\(Self.longestPath): choose a shorter one with --state (\(absolute))")
        }
        self.path = absolute
    }

    /// `~/.local/share/palana`, or below `$XDG_DATA_HOME`.
    public static func defaultPath(environment: [String: String]) -> String {
        if let state = environment["PALANA_STATE"], !state.isEmpty { return state }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return "\(data)/palana" }
        return "\(environment["HOME"] ?? NSHomeDirectory())/.local/share/palana"
    }

    public var configurationFile: String { "\(path)/config.yaml" }
    public var lockFile: String { "\(path)/lock" }
    public var runFolder: String { "\(path)/run" }
    public var agentSocketsFolder: String { "\(runFolder)/a" }
    public var logsFolder: String { "\(path)/logs" }
    public var auditFolder: String { "\(path)/audit" }
    public var storeFolder: String { "\(path)/store" }
    public var vaultFolder: String { "\(path)/openbao" }
    public var authorityFolder: String { "\(path)/ca" }
    public var agentDataFolder: String { "\(path)/data" }
    public var agentFilesFolder: String { "\(path)/sandboxes" }

    /// The control socket of the HTTP API.
    public var apiSocket: String { "\(runFolder)/api" }
    public var attachSocket: String { "\(runFolder)/attach" }

    /// A private socket between the platform's own parts.
    public func socket(_ name: String) -> String { "\(runFolder)/\(name)" }

    /// The egress socket of one agent, alone in its folder, which is mounted into that agent's sandbox. The name is short
    /// whatever the agent's: half a SHA-256 in hex would do, 16 digits are enough to never meet by chance.
    public func egressSocket(of agent: AgentID) -> String {
        let digits = SHA256.hash(data: Data(agent.rawValue.utf8)).prefix(8).map { String(format: "%02x", $0) }.joined()
        return "\(agentSocketsFolder)/\(digits)/s"
    }

    /// Removes what only lives while the platform runs: sockets, and files made anew at each start. Call it with the lock
    /// held: a platform that was killed leaves them behind.
    public func clearLeftovers() throws(StateFolderError) {
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: runFolder) {
                try FileManager.default.removeItem(atPath: "\(runFolder)/\(name)")
            }
        } catch {
            throw StateFolderError("Can't empty \(runFolder): \(error.localizedDescription)")
        }
        try Self.makePrivate(agentSocketsFolder)
    }

    /// Makes the folder of an agent's egress socket, for Envoy to make the socket in.
    public func prepareEgressSocket(of agent: AgentID) throws(StateFolderError) {
        try Self.makePrivate(String(egressSocket(of: agent).dropLast(2)))
    }

    /// Makes the folders that are missing, 0700, and refuses a folder of someone else or one that others can enter.
    public func prepare() throws(StateFolderError) {
        for folder in [
            path, runFolder, agentSocketsFolder, logsFolder, auditFolder, storeFolder, vaultFolder, authorityFolder,
            agentDataFolder, agentFilesFolder,
        ] {
            try Self.makePrivate(folder)
        }
    }

    private static func makePrivate(_ folder: String) throws(StateFolderError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            // Foundation's error says more than errno, which may be of another call by now.
            throw StateFolderError("Can't make \(folder): \(error.localizedDescription) Choose another --state")
        }
        // Says of a link that it is one: what it points to is not ours to judge.
        let attributes = (try? FileManager.default.attributesOfItem(atPath: folder)) ?? [:]
        guard attributes[.type] as? FileAttributeType == .typeDirectory else {
            throw StateFolderError("\(folder) is not a folder; move it away or choose another --state")
        }
        let owner = (attributes[.ownerAccountID] as? NSNumber)?.uint32Value
        guard owner == geteuid() else {
            throw StateFolderError("\(folder) belongs to another user, not to you; choose another --state")
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard mode & 0o077 == 0 || chmod(folder, 0o700) == 0 else {
            throw StateFolderError("\(folder) is open to other users; run: chmod 700 \(folder)")
        }
    }
}
