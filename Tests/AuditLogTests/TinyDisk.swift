import Foundation
import Glibc
import Testing

/// A file system of a few hundred KiB in a mount namespace of its own, reached from here through `/proc`. Works as root
/// and where ordinary users may make user namespaces.
final class TinyDisk: Sendable {
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

    /// Fills it until nothing more fits.
    func fill() throws {
        let descriptor = open(path + "/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        let chunk = [UInt8](repeating: 0, count: 4_096)
        while write(descriptor, chunk, chunk.count) > 0 {}
        guard errno == ENOSPC else { throw CocoaError(.fileWriteUnknown) }
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
