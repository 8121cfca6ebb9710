import Foundation
import Glibc
import Testing

/// A file system of a few hundred KiB in a mount namespace of its own, reached from here through `/proc`. Works as root
/// and where ordinary users may make user namespaces.
final class TinyDisk {
    let path: String
    private let process: Process
    private let input = Pipe()

    static let isPossible: Bool = {
        do {
            try TinyDisk(kibibytes: 64).remove()
            return true
        } catch {
            return false
        }
    }()

    init(kibibytes: Int) throws {
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        let script = "mount -t tmpfs -o size=\(kibibytes)k,mode=700 tmpfs /mnt && echo ready && read end"
        process.arguments = (getuid() == 0 ? ["-m"] : ["-Urm"]) + ["sh", "-c", script]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        path = "/proc/\(process.processIdentifier)/root/mnt"
        guard try output.fileHandleForReading.read(upToCount: 5) == Data("ready".utf8) else {
            remove()
            throw CocoaError(.featureUnsupported)
        }
    }

    /// Fills it to the last byte, but for `except` bytes.
    func fill(except: Int = 0) throws {
        var numbers = statvfs()
        guard statvfs(path, &numbers) == 0 else { throw CocoaError(.fileReadUnknown) }
        let free = Int(numbers.f_bavail) * Int(numbers.f_frsize)
        try Data(count: max(0, free - except)).write(to: URL(filePath: path + "/ballast"))
    }

    func empty() throws {
        try FileManager.default.removeItem(atPath: path + "/ballast")
    }

    func remove() {
        do {
            try input.fileHandleForWriting.close()
        } catch {
            Issue.record("\(error)")
        }
        process.waitUntilExit()
    }
}
