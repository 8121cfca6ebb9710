import Foundation
import Glibc

/// Who runs the platform on a state folder: an advisory lock that the kernel releases when its holder dies, with the
/// holder's process id inside for people.
public final class PlatformLock: Sendable {
    /// The folder is in use.
    public struct Held: Error, Sendable, Hashable, CustomStringConvertible {
        public var pid: Int32?
        public var folder: String

        public init(pid: Int32?, folder: String) {
            self.pid = pid
            self.folder = folder
        }

        public var description: String {
            "The platform already runs on \(folder) as process \(pid.map(String.init) ?? "unknown"). "
                + "Stop it with: palana down"
        }
    }

    private let descriptor: Descriptor

    /// Takes the lock for as long as the value lives.
    /// - Throws: ``Held`` when another process has it, ``StateFolderError`` when the file can't be opened.
    public init(_ folder: StateFolder) throws {
        do {
            descriptor = try Descriptor.open(folder.lockFile, flags: O_RDWR | O_CREAT)
        } catch {
            throw StateFolderError("\(error)")
        }
        guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else {
            throw Held(pid: Self.writtenPID(folder), folder: folder.path)
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor.number, 0) == 0, pwrite(descriptor.number, text, text.count, 0) == text.count else {
            throw StateFolderError("Can't write \(folder.lockFile): \(String(cString: strerror(errno)))")
        }
    }

    /// The process that holds the lock now, or nil when none does.
    public static func holder(of folder: StateFolder) -> Int32? {
        guard let probe = try? Descriptor.open(folder.lockFile, flags: O_RDWR) else { return nil }
        guard flock(probe.number, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return writtenPID(folder)
    }

    private static func writtenPID(_ folder: StateFolder) -> Int32? {
        guard let text = try? String(contentsOfFile: folder.lockFile, encoding: .utf8) else { return nil }
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
