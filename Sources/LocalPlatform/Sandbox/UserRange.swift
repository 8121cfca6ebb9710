import Foundation
public import PalanaCore
import Synchronization

/// Gives each agent a host user of its own in root mode, and remembers it: the files in its `/data` belong to that user.
///
/// The range starts at 2,000,000,000, above what distributions, `subuid` and systemd hand out
/// (https://systemd.io/UIDS-GIDS/). Numbers of removed agents aren't given out again.
public final class UserRange: Sendable {
    public static let first: UInt32 = 2_000_000_000
    public static let count: UInt32 = 65_536

    private let path: String
    private let users: Mutex<[String: UInt32]>

    /// - Parameter path: the file that remembers; made at the first call of ``user(for:)``.
    public init(path: String) throws(SandboxError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            users = Mutex([:])
            return
        }
        do {
            users = Mutex(try JSONDecoder().decode([String: UInt32].self, from: Data(contentsOf: URL(filePath: path))))
        } catch {
            throw .failed("\(path) is damaged: put back a copy, or remove it together with the agents' workspaces")
        }
    }

    /// The agent's user, recorded before it is returned.
    public func user(for agent: AgentID) throws(SandboxError) -> UInt32 {
        try users.withLock { (users) throws(SandboxError) in
            if let known = users[agent.rawValue] { return known }
            let next = (users.values.max() ?? Self.first - 1) + 1
            guard next < Self.first + Self.count else { throw .failed("All \(Self.count) users for agents are taken") }
            var changed = users
            changed[agent.rawValue] = next
            do {
                try JSONEncoder().encode(changed).write(to: URL(filePath: path), options: .atomic)
            } catch {
                throw .failed("Can't write \(path): \(error.localizedDescription)")
            }
            users = changed
            return next
        }
    }
}
