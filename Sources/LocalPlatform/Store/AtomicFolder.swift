import Foundation
import Glibc
import PalanaCore

/// Files of one private folder that are replaced whole: after a crash there is the old content or the new one, never a
/// part.
struct AtomicFolder: Sendable {
    /// Absolute path.
    let path: String

    private static let draftPrefix = ".draft-"

    /// Makes the folder (0700) when it is missing, and removes drafts that a crash left.
    init(path: String) throws(StoreFailure) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.failure("make the folder", path) }
        guard chmod(path, 0o700) == 0 else { throw Self.failure("set the mode of", path) }
        for name in try allNames() where name.hasPrefix(Self.draftPrefix) {
            try remove(name)
        }
    }

    /// Names of the files, sorted.
    func names() throws(StoreFailure) -> [String] {
        try allNames().filter { !$0.hasPrefix(".") }.sorted()
    }

    func read(_ name: String) throws(StoreFailure) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file(name)))
        } catch {
            throw .unavailable("can't read \(file(name)): \(error.localizedDescription)")
        }
    }

    /// Returns when the new content is on the disk (fsync of file and folder). On failure nothing has changed.
    func replace(_ name: String, with content: [UInt8]) throws(StoreFailure) {
        let draft = file("\(Self.draftPrefix)\(UUID().uuidString)")
        do throws(StoreFailure) {
            try write(content, to: draft)
            guard rename(draft, file(name)) == 0 else { throw Self.failure("write", file(name)) }
        } catch {
            unlink(draft)
            throw error
        }
        try syncFolder()
    }

    /// A file that isn't there is no error.
    func remove(_ name: String) throws(StoreFailure) {
        guard unlink(file(name)) == 0 || errno == ENOENT else { throw Self.failure("remove", file(name)) }
        try syncFolder()
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    private func write(_ content: [UInt8], to draft: String) throws(StoreFailure) {
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("write", path) }
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("write", path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
    }

    private func syncFolder() throws(StoreFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.failure("write", path) }
    }

    private func allNames() throws(StoreFailure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .unavailable("can't list \(path): \(error.localizedDescription)")
        }
    }

    private static func failure(_ act: String, _ path: String) -> StoreFailure {
        switch errno {
        case ENOSPC, EDQUOT:
            .unavailable("disk full: can't \(act) \(path); make room, then repeat. Nothing was changed")
        case EACCES, EPERM, EROFS: .unavailable("no permission to \(act) \(path); see its owner and mode")
        default: .unavailable("can't \(act) \(path): \(String(cString: strerror(errno)))")
        }
    }
}
