internal import Foundation

/// Small files under `/proc` and `/sys`.
struct SystemFiles: Sendable {
    /// Empty for the machine's own.
    var root: String

    /// The text of a file without the blanks around it, or nil when it can't be read.
    func text(_ path: String) -> String? {
        // These files say that they are empty; so they are read to their end instead of by their size.
        guard let file = FileHandle(forReadingAtPath: root + path) else { return nil }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: 1 << 16) else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }

    func isWritable(_ path: String) -> Bool { FileManager.default.isWritableFile(atPath: root + path) }
}
