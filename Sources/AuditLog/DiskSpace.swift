import Glibc
public import PalanaCore

/// How much room a disk has left. Agents are paused when it is low, before audit fails.
public struct DiskSpace: Hashable, Sendable {
    public enum Level: String, Sendable, Codable {
        case ok, low
    }

    /// What an ordinary user may still write.
    public var freeBytes: Int
    public var totalBytes: Int

    public init(freeBytes: Int, totalBytes: Int) {
        self.freeBytes = freeBytes
        self.totalBytes = totalBytes
    }

    /// Of the file system that holds `path`.
    public init(at path: String) throws(AuditFailure) {
        var numbers = statvfs()
        do {
            try system("look at the disk of", path) { Int(statvfs(path, &numbers)) }
        } catch {
            throw AuditFailure(error.sentence)
        }
        let unit = Int(numbers.f_frsize)
        self.init(freeBytes: Int(numbers.f_bavail) * unit, totalBytes: Int(numbers.f_blocks) * unit)
    }

    /// Low below `lowBytes`; once low, ok again only with a quarter more, so that it doesn't go to and fro.
    public func level(lowBytes: Int, before: Level = .ok) -> Level {
        let limit = before == .low ? lowBytes + lowBytes / 4 : lowBytes
        return freeBytes < limit ? .low : .ok
    }
}
