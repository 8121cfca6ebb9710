import Foundation
import Glibc

/// Measures a workspace that no file system of its own limits.
///
/// A full count walks all files, so it is made only when it can matter: when the disk's free space has shrunk by half
/// of what the agent had left, and every ten seconds otherwise. Looking at the free space costs one system call.
struct WorkspaceWatch: Sendable {
    let folder: String
    let limit: UInt64
    /// The sandbox's processes by their numbers on the host: they may hold files open that have no name any more.
    let processes: @Sendable () -> [Int32]

    /// What an entry costs the disk at least, whatever it holds: its inode and name.
    static let leastForEntry: UInt64 = 1 << 10

    /// Returns when the workspace holds more than its limit; throws when the task is cancelled.
    func untilFull() async throws {
        var used = size
        var freeAtCount = Self.freeBytes(folder)
        var ticks = 0
        while used <= limit {
            try await Task.sleep(for: .milliseconds(100))
            ticks += 1
            let shrunk = freeAtCount > Self.freeBytes(folder) ? freeAtCount - Self.freeBytes(folder) : 0
            guard ticks >= 100 || shrunk > (limit - used) / 2 else { continue }
            freeAtCount = Self.freeBytes(folder)
            used = size
            ticks = 0
        }
    }

    private static func freeBytes(_ folder: String) -> UInt64 {
        var information = statvfs()
        guard statvfs(folder, &information) == 0 else { return 0 }
        return UInt64(information.f_bavail) * UInt64(information.f_frsize)
    }

    /// Bytes of disk that the files take, those without a name too.
    private var size: UInt64 { Self.size(of: folder) + nameless }

    /// Links aren't followed, other file systems not entered.
    static func size(of folder: String) -> UInt64 {
        guard let top = FileStatus(folder, followsLink: false),
            let walk = FileManager.default.enumerator(atPath: folder)
        else { return 0 }
        var total: UInt64 = 0
        for case let path as String in walk {
            // A file that has gone meanwhile takes nothing.
            guard let status = FileStatus("\(folder)/\(path)", followsLink: false), status.device == top.device else {
                continue
            }
            total += max(status.allocated, leastForEntry)
        }
        return total
    }

    /// Bytes of files that were removed and are still open (proc(5), `/proc/PID/fd`).
    private var nameless: UInt64 {
        guard let top = FileStatus(folder, followsLink: false) else { return 0 }
        var found: [FileIdentity: UInt64] = [:]
        for process in processes() {
            let open = "/proc/\(process)/fd"
            for number in (try? FileManager.default.contentsOfDirectory(atPath: open)) ?? [] {
                guard let status = FileStatus("\(open)/\(number)"), status.names == 0, status.device == top.device
                else {
                    continue
                }
                found[status.identity] = status.allocated
            }
        }
        return found.values.reduce(0, +)
    }
}
