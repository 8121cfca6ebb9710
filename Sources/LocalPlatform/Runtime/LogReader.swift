import Foundation

/// Reads an agent's log, oldest first, over the border between `NAME.1` and `NAME`, and follows it as it grows.
actor LogReader {
    private let path: String
    private var pending: [String]
    private var current: FileHandle?
    private var skip: Int

    /// - Parameter tail: only the newest so many lines of what is there; nil for all.
    init(path: String, tail: Int?) {
        let files = ["\(path).1", path].filter { FileManager.default.fileExists(atPath: $0) }
        self.path = path
        pending = files
        skip = tail.map { Self.bytes(before: $0, in: files) } ?? 0
    }

    /// The next piece, or nil at the end.
    /// - Parameter isRunning: asked when there is nothing more; `follow` ends when it says no.
    func next(follow: Bool, while isRunning: @Sendable () async -> Bool) async throws -> [UInt8]? {
        while true {
            if let piece = try readPiece() { return piece }
            guard follow else { return nil }
            guard await isRunning() else { return try readPiece() }
            try await Task.sleep(for: .milliseconds(100))
            try reopenAfterRotation()
        }
    }

    private func readPiece() throws -> [UInt8]? {
        while true {
            if let piece = try current?.read(upToCount: 64 << 10), !piece.isEmpty {
                let dropped = min(skip, piece.count)
                skip -= dropped
                if dropped < piece.count { return Array(piece.dropFirst(dropped)) }
                continue
            }
            guard !pending.isEmpty else { return nil }
            current = FileHandle(forReadingAtPath: pending.removeFirst())
        }
    }

    /// When the file that is read was renamed, the one in its place comes next.
    private func reopenAfterRotation() throws {
        guard let current else {
            if FileManager.default.fileExists(atPath: path) { pending = [path] }
            return
        }
        let here = try? FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        let open = try? FileManager.default.attributesOfItem(atPath: "/proc/self/fd/\(current.fileDescriptor)/.")[
            .systemFileNumber]
        if let here, let open = open as? NSNumber, here != open { pending = [path] }
    }

    /// How many bytes come before the newest `lines` lines.
    private static func bytes(before lines: Int, in files: [String]) -> Int {
        let content = files.compactMap { FileManager.default.contents(atPath: $0) }.reduce(into: Data()) { $0 += $1 }
        var seen = 0
        for index in content.indices.reversed()
        where content[index] == UInt8(ascii: "\n") && index != content.endIndex - 1 {
            seen += 1
            if seen == lines { return index + 1 }
        }
        return lines == 0 ? content.count : 0
    }
}
